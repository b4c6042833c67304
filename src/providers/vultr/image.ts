import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientText } from "../transport/reading/lenient.ts";

/*
 * The API v2 has a list for each kind of image. `extra` is what it says, under its names, with `image_type` for the kind;
 * Apache Libcloud's driver knows operating systems alone (`arch family`).
 */

const item = z
  .object({ id: z.union([z.number().transform(String), z.string().min(1)]) })
  .catchall(jsonValue.catch(null));

/** What is the same of all kinds that Vultr makes, or of all that an account does. */
const PUBLIC = { visibility: "public", owned: false } as const;
const OWN = { visibility: "private", owned: true } as const;
const UNSAID = {
  description: null,
  ownerId: null,
  ownerAlias: null,
  platform: null,
  architecture: null,
  createdAt: null,
  deprecatedAt: null,
  keywords: [],
} as const;

/** Apache Libcloud's names, of which only operating systems say something. */
const UNSAID_EXTRA = { arch: null, family: null } as const;

const ID = new Set(["id"]);
const ID_AND_NAME = new Set(["id", "name"]);

const systemFields = z.object({ name: lenientText, arch: lenientText, family: lenientText });

/** An operating system, as `/v2/os` has it: its id is a number, as everywhere in the API. */
export const systemImage: z.ZodType<MachineImage> = item.transform((system) => {
  const { name, arch, family } = systemFields.parse(system);
  const { arch: saidArch = null, family: saidFamily = null } = system;
  return {
    ...UNSAID,
    ...PUBLIC,
    id: system.id,
    name: name || null,
    platform: family || null,
    architecture: arch || null,
    extra: { arch: saidArch, family: saidFamily, image_type: "os", ...knownMembers(system, ID_AND_NAME) },
  };
});

const applicationFields = z.object({
  name: lenientText,
  short_name: lenientText,
  deploy_name: lenientText,
  vendor: lenientText,
  image_id: lenientText,
});

/**
 * A one-click or marketplace application. Those have numbers too, which are also numbers of operating systems: so the id
 * is `app/` with the number. Several have the same name, on different systems.
 */
export const applicationImage: z.ZodType<MachineImage> = item.transform((app) => {
  const { name, short_name, deploy_name, vendor, image_id } = applicationFields.parse(app);
  return {
    ...UNSAID,
    ...PUBLIC,
    id: `app/${app.id}`,
    name: deploy_name || name || null,
    ownerAlias: vendor || null,
    keywords: wordsOf([name, short_name, image_id]),
    extra: { ...UNSAID_EXTRA, image_type: "application", ...knownMembers(app, ID) },
  };
});

const named = z.object({ name: lenientText, filename: lenientText, description: lenientText });

/** An ISO image of Vultr's library. */
export const publicIsoImage: z.ZodType<MachineImage> = item.transform((iso) => {
  const { name, description } = named.parse(iso);
  return {
    ...UNSAID,
    ...PUBLIC,
    id: iso.id,
    name: name || null,
    description: description || null,
    extra: { ...UNSAID_EXTRA, image_type: "iso", ...knownMembers(iso, ID_AND_NAME) },
  };
});

/** A snapshot of the account's. It has a description, but no name. */
export const snapshotImage: z.ZodType<MachineImage> = item.transform((snapshot) => ({
  ...UNSAID,
  ...OWN,
  id: snapshot.id,
  name: null,
  description: named.parse(snapshot).description || null,
  createdAt: isoTime(snapshot["date_created"]),
  extra: { ...UNSAID_EXTRA, image_type: "snapshot", ...knownMembers(snapshot, ID) },
}));

/** An ISO image that the account brought along. */
export const ownIsoImage: z.ZodType<MachineImage> = item.transform((iso) => ({
  ...UNSAID,
  ...OWN,
  id: iso.id,
  name: named.parse(iso).filename || null,
  createdAt: isoTime(iso["date_created"]),
  extra: { ...UNSAID_EXTRA, image_type: "iso", ...knownMembers(iso, ID) },
}));

function wordsOf(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.map((word) => word ?? "").filter((word) => word !== ""))];
}
