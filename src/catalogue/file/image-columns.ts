import { integer, text } from "drizzle-orm/sqlite-core";

/*
 * The columns of an image that follow from what its cloud says: schema, staging and upsert follow from this table, and
 * `columnsOf` fills it.
 */
export const stagedColumns = {
  imageId: text("image_id").notNull(),
  /** The part of the source that lists it, where the source has parts. */
  part: text("part"),
  /** The cloud's name, or the id of a nameless image. */
  name: text("name").notNull(),
  foldedName: text("folded_name").notNull(),
  description: text("description"),
  ownerId: text("owner_id"),
  ownerAlias: text("owner_alias"),
  publisher: text("publisher"),
  trust: text("trust", { enum: ["self", "official", "verified", "community"] }).notNull(),
  platform: text("platform"),
  architecture: text("architecture"),
  rootDeviceType: text("root_device_type"),
  visibility: text("visibility", { enum: ["public", "private", "shared", "community"] }).notNull(),
  createdAt: text("created_at"),
  deprecatedAt: text("deprecated_at"),
  os: text("os"),
  osVersion: text("os_version"),
  osCodename: text("os_codename"),
  state: text("state", { enum: ["available", "pending", "disabled", "failed"] })
    .notNull()
    .default("available"),
  hidden: integer("hidden", { mode: "boolean" }).notNull().default(false),
  virtualizationType: text("virtualization_type"),
  /** Publisher, product, variant, architecture and major version, where the publisher's table tells; else null. */
  line: text("line"),
  keywords: text("keywords").notNull().default("[]"),
  /** JSON object: what the cloud says, but for what the row of shared_extras has. */
  extra: text("extra").notNull(),
  /** Of shared_extras; null: `extra` has all. */
  sharedId: integer("shared_id"),
  /** SHA-1 of what the cloud said: an equal digest costs no write. */
  digest: text("digest").notNull(),
};
