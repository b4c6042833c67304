import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { isoTime } from "../transport/image-times.ts";

/*
 * The API v2 has a list for each kind of image. `extra` is what it says, under its names, with `image_type` for the kind;
 * Apache Libcloud's driver knows operating systems alone (`arch family`).
 */

const text = z.string().nullish();
const id = z.union([z.number().transform(String), z.string().min(1)]);

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

const ID = new Set(["id"]);
const ID_AND_NAME = new Set(["id", "name"]);

/** An operating system, as `/v2/os` has it: its id is a number, as everywhere in the API. */
export const systemImage: z.ZodType<MachineImage> = z
  .object({ id, name: text, arch: text, family: text })
  .catchall(z.json())
  .transform((system) => ({
    ...UNSAID,
    ...PUBLIC,
    id: system.id,
    name: system.name || null,
    platform: system.family || null,
    architecture: system.arch || null,
    extra: {
      arch: system.arch ?? null,
      family: system.family ?? null,
      image_type: "os",
      ...knownFacts(system, ID_AND_NAME),
    },
  }));

/**
 * A one-click or marketplace application. Those have numbers too, which are also numbers of operating systems: so the id
 * is `app/` with the number. Several have the same name, on different systems.
 */
export const applicationImage: z.ZodType<MachineImage> = z
  .object({ id, name: text, short_name: text, deploy_name: text, vendor: text, image_id: text })
  .catchall(z.json())
  .transform((app) => ({
    ...UNSAID,
    ...PUBLIC,
    id: `app/${app.id}`,
    name: app.deploy_name || app.name || null,
    ownerAlias: app.vendor || null,
    keywords: wordsOf([app.name, app.short_name, app.image_id]),
    extra: { image_type: "application", ...knownFacts(app, ID) },
  }));

/** An ISO image of Vultr's library. */
export const publicIsoImage: z.ZodType<MachineImage> = z
  .object({ id, name: text, description: text })
  .catchall(z.json())
  .transform((iso) => ({
    ...UNSAID,
    ...PUBLIC,
    id: iso.id,
    name: iso.name || null,
    description: iso.description || null,
    extra: { image_type: "iso", ...knownFacts(iso, ID_AND_NAME) },
  }));

/** A snapshot of the account's. It has a description, but no name. */
export const snapshotImage: z.ZodType<MachineImage> = z
  .object({ id, description: text, date_created: text })
  .catchall(z.json())
  .transform((snapshot) => ({
    ...UNSAID,
    ...OWN,
    id: snapshot.id,
    name: null,
    description: snapshot.description || null,
    createdAt: isoTime(snapshot.date_created),
    extra: { image_type: "snapshot", ...knownFacts(snapshot, ID) },
  }));

/** An ISO image that the account brought along. */
export const ownIsoImage: z.ZodType<MachineImage> = z
  .object({ id, filename: text, date_created: text })
  .catchall(z.json())
  .transform((iso) => ({
    ...UNSAID,
    ...OWN,
    id: iso.id,
    name: iso.filename || null,
    createdAt: isoTime(iso.date_created),
    extra: { image_type: "iso", ...knownFacts(iso, ID) },
  }));

function wordsOf(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.map((word) => word ?? "").filter((word) => word !== ""))];
}
