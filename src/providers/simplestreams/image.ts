import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { type ExtraMembers, knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonRecord } from "../transport/reading/json-values.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = jsonRecord.transform((facts, context) => {
  // In a cloud; of an Incus or LXD image; of any other file.
  const id = [facts["id"], facts["fingerprint"], facts["path"]].find((one) => one !== undefined && one !== "");
  if (typeof id === "string") return { facts, id };
  context.addIssue("expected an id or a path");
  return z.NEVER;
});

const ELSEWHERE = new Set(["id"]);

/**
 * Reads what is said of an image. `extra` is all of it, under the names of the stream, as `sstream-query` prints them.
 * With `region` all images are of that region.
 */
export function streamImage(region: string | undefined): z.ZodType<MachineImage> {
  return item.transform(({ facts, id }) => {
    const extra = knownMembers(facts, ELSEWHERE);
    return {
      id,
      name: nameOf(extra, region),
      description: describe(extra),
      ownerId: plainText(facts["content_id"]),
      ownerAlias: null,
      platform: plainText(facts["os"]),
      architecture: plainText(facts["arch"]),
      visibility: "public",
      owned: false,
      createdAt: timeIn(plainText(facts["version_name"]) ?? ""),
      // When its makers stop to mend it.
      deprecatedAt: isoTime(facts["support_eol"]),
      keywords: keywordsOf(extra),
      extra,
    };
  });
}

/** What tells the images of one version apart, beside the region. */
const VARIANTS = ["virt", "root_store", "ftype"];

/**
 * Streams name versions, not images: a version's name, or its product and serial, and then what tells its images apart,
 * so that each is of the family of its like.
 */
function nameOf(facts: ExtraMembers, region: string | undefined): string {
  const text = (attribute: string): string | null => plainText(facts[attribute]);
  const version = text("pubname") ?? `${text("product_name")} ${text("version_name")}`;
  const place = region === undefined ? text("region") : null;
  return text("name") ?? [version, ...VARIANTS.map(text), place].filter((part) => part !== null).join(" ");
}

/** As Incus and LXD describe their images: `Ubuntu noble amd64 (release) (20240423)`; null where that says little. */
function describe(facts: ExtraMembers): string | null {
  const text = (attribute: string): string | null => plainText(facts[attribute]);
  const [os, title, label] = [text("os"), text("release_title"), text("label")];
  if (os === null || title === null) return null;
  const parts = [os, title, text("arch"), label === null ? null : `(${label})`, `(${text("version_name")})`];
  return parts.filter((part) => part !== null).join(" ");
}

/** Versions are named after the day they were built, in UTC: `20240423`, `20240423.1`, `20240423_07:42`. */
function timeIn(version: string): string | null {
  const [, year, month, day, time = "00:00"] = /^(\d{4})(\d\d)(\d\d)(?:_(\d\d:\d\d))?(?!\d)/.exec(version) ?? [];
  return year === undefined ? null : isoTime(`${year}-${month}-${day}T${time}:00Z`);
}

/** Found by a search though no field of its own; not sizes, hashes and addresses. */
const SEARCHED = [
  "pubname",
  "product_name",
  "version_name",
  "aliases",
  "release",
  "release_title",
  "release_codename",
  "version",
  "variant",
  "label",
  "stream",
  "subos",
  "region",
  "regions",
  "crsn",
  "root_store",
  "virt",
  "type",
  "ftype",
];

function keywordsOf(facts: ExtraMembers): string[] {
  const words = SEARCHED.flatMap((searched) => facts[searched] ?? []).map(plainText);
  return [...new Set(words.filter((word) => word !== null))];
}
