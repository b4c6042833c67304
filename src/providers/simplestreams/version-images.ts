import type { JsonValue } from "../../image.ts";
import { agreedMembers, type ExtraMembers, membersBeside } from "../transport/reading/extra-members.ts";
import { lenientNumber } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";
import type { StreamVersion } from "./products.ts";

/**
 * The files that an Incus or LXD image's root file system may be, and where its metadata file has the SHA-256 of both
 * together, by which Incus and LXD know the image (shared/simplestreams/products.go of Incus).
 */
const ROOTS: Readonly<Record<string, { readonly type: string; readonly hashes: readonly string[] }>> = {
  squashfs: { type: "container", hashes: ["combined_squashfs_sha256"] },
  "root.tar.xz": { type: "container", hashes: ["combined_rootxz_sha256", "combined_sha256"] },
  "disk-kvm.img": { type: "virtual-machine", hashes: ["combined_disk-kvm-img_sha256"] },
  "disk1.img": { type: "virtual-machine", hashes: ["combined_disk1-img_sha256"] },
  "uefi1.img": { type: "virtual-machine", hashes: ["combined_uefi1-img_sha256"] },
};
const METADATA = ["incus.tar.xz", "lxd.tar.xz"];
const UNIFIED = ["incus_combined.tar.gz", "lxd_combined.tar.gz"];

/** Files that help an image, and are none: package lists, differences to other builds, kernels. */
const NO_IMAGE = /manifest|vcdiff|kernel|initrd|dtb|bootloader|^(incus|lxd)\.tar\.xz$|\.(sha256|asc|gpg|sig|txt)$/;

/** What is said of each image of a version; with a `region`, of those there. */
export function describeImages({ attributes, items }: StreamVersion, region?: string): ExtraMembers[] {
  const isHere = (item: ExtraMembers): boolean =>
    region === undefined || item["region"] === region || item["crsn"] === region;
  const here = items.filter(isHere);
  const [inClouds, files] = [here.filter(({ id }) => id !== undefined), here.filter(({ id }) => id === undefined)];
  const containers = describeContainers(attributes, files);
  const parts = new Set(containers.flatMap(({ uses }) => uses));
  const others = files.filter((file) => !parts.has(file) && !NO_IMAGE.test(plainText(file["ftype"]) ?? ""));
  return [...mergeRegions(inClouds), ...containers.map((container) => container.attributes), ...others];
}

/** Azure and Google know an image by the same id in all regions: it is one. */
function mergeRegions(items: readonly ExtraMembers[]): ExtraMembers[] {
  const byId = Map.groupBy(items, ({ id }) => id);
  return [...byId.values()].map((same) => {
    if (same.length === 1) return agreedMembers(same);
    const regions = [...new Set(same.map(({ region }) => region).filter((region) => region !== undefined))];
    return { ...agreedMembers(same), regions };
  });
}

interface Container {
  readonly attributes: ExtraMembers;
  /** The items it is made of. */
  readonly uses: readonly ExtraMembers[];
}

/** Incus and LXD images: a metadata file with each root file system beside it, or one file that is both. */
function describeContainers(ofVersion: ExtraMembers, files: readonly ExtraMembers[]): Container[] {
  const ofType = (types: readonly string[]): ExtraMembers[] =>
    types.flatMap((type) => files.filter(({ ftype }) => ftype === type));
  const split = ofType(METADATA).flatMap((meta) =>
    ofType(Object.keys(ROOTS)).flatMap((root) => {
      const { type, hashes } = ROOTS[plainText(root["ftype"]) ?? ""] ?? { type: "container", hashes: [] };
      const fingerprint = hashes.map((name) => meta[name]).find(Boolean);
      return fingerprint ? [assemble({ ofVersion, uses: [meta, root], fingerprint, type })] : [];
    }),
  );
  const unified = ofType(UNIFIED).flatMap((file) => {
    const fingerprint = file["sha256"];
    return fingerprint ? [assemble({ ofVersion, uses: [file], fingerprint, type: "container" })] : [];
  });
  return [...split, ...unified];
}

function assemble({
  ofVersion,
  uses,
  fingerprint,
  type,
}: {
  ofVersion: ExtraMembers;
  uses: readonly ExtraMembers[];
  fingerprint: JsonValue;
  type: string;
}): Container {
  const files = uses.map((item) => describeFile(membersBeside(ofVersion, item)));
  const size = uses.reduce((sum, item) => sum + (lenientNumber.parse(item["size"]) ?? 0), 0);
  const ftype = uses.map((item) => plainText(item["ftype"])).join("+");
  return { attributes: { ...ofVersion, fingerprint, type, ftype, size, files }, uses };
}

/** Hashes of a file together with others are fingerprints of other images. */
function describeFile(item: ExtraMembers): ExtraMembers {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith("combined_")));
}
