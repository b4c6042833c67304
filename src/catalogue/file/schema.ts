import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { stagedColumns } from "./image-columns.ts";
import { RUN_CODES } from "./run-codes.ts";
import { backends } from "./settings-schema.ts";

/** Where images come from: a region's public catalogue, or one account's own view. */
export const sources = sqliteTable("sources", {
  id: integer("id").primaryKey(),
  key: text("key").notNull().unique(),
  provider: text("provider").notNull(),
  scope: text("scope", { enum: ["public", "own"] }).notNull(),
  /** The key without the account: provider, endpoint, region and scope. */
  place: text("place").notNull().default(""),
  /** Whose images an own source holds: the account as the cloud names it, or a fingerprint. Null: not known yet, or public. */
  account: text("account"),
  /** The format of what was derived from the images (publisher, family, facts). An older one is derived anew. */
  factsFormat: integer("facts_format").notNull().default(0),
  /** The format of the search index. An older one is built anew. */
  indexFormat: integer("index_format").notNull().default(0),
  /** Complete listings in a row that were refused because they had shrunk. */
  shrunkListings: integer("shrunk_listings").notNull().default(0),
  /** When the first of these ended. */
  shrunkSince: text("shrunk_since"),
  /** Grows with every commit that changed an image. 0: never synced. */
  revision: integer("revision").notNull().default(0),
  imageCount: integer("image_count").notNull().default(0),
  /** When the last complete listing was committed, changed or not. */
  syncedAt: text("synced_at"),
  /** When a probe last looked for what is new, or a find for what a term brings. */
  probedAt: text("probed_at"),
  /** When a commit last changed an image. */
  changedAt: text("changed_at"),
});

export const backendSources = sqliteTable(
  "backend_sources",
  {
    backendId: text("backend_id")
      .notNull()
      .references(() => backends.id, { onDelete: "cascade" }),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    /** 0 first: where two sources hold an image, the lower one's word counts. */
    precedence: integer("precedence").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.backendId, table.sourceId] }),
    index("backend_sources_by_source").on(table.sourceId),
  ],
);

/**
 * Own sources that a backend showed before its credentials, region or address were changed. No route reaches them. They come
 * back when the cloud names the same account again, and go with the next own listing, or after some days.
 */
export const heldViews = sqliteTable(
  "held_views",
  {
    backendId: text("backend_id")
      .notNull()
      .references(() => backends.id, { onDelete: "cascade" }),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    hiddenAt: text("hidden_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.backendId, table.sourceId] }),
    index("held_views_by_source").on(table.sourceId),
  ],
);

/** Parts of a source that are listed on their own: a node, a repository, a project. */
export const sourceParts = sqliteTable(
  "source_parts",
  {
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    part: text("part").notNull(),
    /** When the part was last listed; null: never. */
    listedAt: text("listed_at"),
    /** Why the last listing went without it: a reason code; null: it was listed. */
    code: text("code", { enum: RUN_CODES }),
    error: text("error"),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.part] })],
);

/** Images that none of the refused listings in a row had: these alone are retired when such a listing is believed. */
export const absentImages = sqliteTable("absent_images", {
  /** A row of images. */
  id: integer("id").primaryKey(),
  sourceId: integer("source_id")
    .notNull()
    .references(() => sources.id, { onDelete: "cascade" }),
});

/** Numbers that are never given twice, such as the ids of sources. */
export const counters = sqliteTable("counters", {
  name: text("name").primaryKey(),
  value: integer("value").notNull(),
});

/** Builds of one owner and architecture that differ only in date, serial, hash or build number. */
export const families = sqliteTable(
  "families",
  {
    id: integer("id").primaryKey(),
    ownerId: text("owner_id").notNull(),
    architecture: text("architecture").notNull(),
    /** The builds' name with `*` for what differs. */
    name: text("name").notNull(),
  },
  (table) => [uniqueIndex("families_by_name").on(table.name, table.ownerId, table.architecture)],
);

/** What many images of a source say alike; see shared-extra.ts. */
export const sharedExtras = sqliteTable(
  "shared_extras",
  {
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    id: integer("id").notNull(),
    /** JSON object. */
    extra: text("extra").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.id] })],
);

export const images = sqliteTable(
  "images",
  {
    id: integer("id").primaryKey(),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    ...stagedColumns,
    familyId: integer("family_id").notNull(),
    /** What tells which build is newer: created_at, or null where a build of the family has none. Then the names tell. */
    orderedAt: text("ordered_at"),
    /** The newest launchable build of its family in this source. */
    latest: integer("latest", { mode: "boolean" }).notNull().default(false),
    /** A number of its own among the source's present images; null when retired. */
    position: integer("position"),
    firstSeen: text("first_seen").notNull(),
    /** Set when the image is retired; one still listed was last seen at its source's synced_at. */
    lastSeen: text("last_seen"),
    retiredAt: text("retired_at"),
  },
  (t) => [
    uniqueIndex("images_by_id").on(t.imageId, t.sourceId),
    uniqueIndex("images_by_position")
      .on(t.sourceId, t.position)
      .where(sql`position IS NOT NULL`),
    index("images_by_family").on(t.sourceId, t.familyId, t.latest),
    // The search's index of families is read from this index alone, at each start.
    index("images_of_known_families")
      .on(t.sourceId, t.familyId, t.createdAt, t.publisher, t.description, t.platform, t.architecture, t.ownerAlias)
      .where(sql`latest = 1 AND trust <> 'community' AND position IS NOT NULL`),
    index("images_by_name").on(t.foldedName, t.sourceId),
    index("images_by_retirement")
      .on(t.sourceId, t.retiredAt)
      .where(sql`retired_at IS NOT NULL`),
    // Ids are found whatever their case; most clouds' have no capitals.
    index("images_by_mixed_case_id")
      .on(sql`lower(image_id)`, t.sourceId)
      .where(sql`image_id <> lower(image_id)`),
  ],
);

/** One try to bring a source up to date. */
export const runs = sqliteTable(
  "runs",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    state: text("state", { enum: ["queued", "running", "complete", "refused", "failed"] }).notNull(),
    /** A full listing, a probe for what is new since the last run, or a find: what the cloud finds for a term. */
    kind: text("kind", { enum: ["full", "probe", "find"] })
      .notNull()
      .default("full"),
    startedAt: text("started_at").notNull(),
    finishedAt: text("finished_at"),
    /** Images in the listing so far. */
    listed: integer("listed").notNull().default(0),
    added: integer("added").notNull().default(0),
    changed: integer("changed").notNull().default(0),
    retired: integer("retired").notNull().default(0),
    returned: integer("returned").notNull().default(0),
    rejected: integer("rejected").notNull().default(0),
    upstreamCalls: integer("upstream_calls").notNull().default(0),
    /** Why it was refused or failed, for programs; `error` says it to people. */
    code: text("code", { enum: RUN_CODES }),
    error: text("error"),
    /** What the listing may lack though it is complete, as far as its cloud says so. */
    warning: text("warning"),
  },
  (table) => [index("runs_by_source").on(table.sourceId, table.id)],
);

/** What was searched for where the cloud cannot be listed: it is asked for these terms, and at each full listing again. */
export const askedTerms = sqliteTable(
  "asked_terms",
  {
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    /** Folded, its white space collapsed. */
    term: text("term").notNull(),
    /** When the cloud was last asked because somebody searched for it. */
    askedAt: text("asked_at").notNull(),
    /** How many images the cloud found when it last answered; null: it never did. */
    found: integer("found"),
  },
  (table) => [
    primaryKey({ columns: [table.sourceId, table.term] }),
    index("asked_terms_by_time").on(table.sourceId, table.askedAt),
  ],
);

/** Which families a commit touched: the search's index follows these instead of reading all. */
export const familyChanges = sqliteTable(
  "family_changes",
  {
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    revision: integer("revision").notNull(),
    familyId: integer("family_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.revision, table.familyId] })],
);

/** What commits did to the images of a source, after its first listing: that one changed nothing, it began. */
export const imageChanges = sqliteTable(
  "image_changes",
  {
    /** Grows with time: a cursor. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    sourceId: integer("source_id")
      .notNull()
      .references(() => sources.id, { onDelete: "cascade" }),
    runId: integer("run_id").notNull(),
    at: text("at").notNull(),
    imageId: text("image_id").notNull(),
    kind: text("kind", { enum: ["added", "changed", "retired", "returned"] }).notNull(),
    /** Of a changed image: JSON array of the names of what differs. */
    fields: text("fields"),
  },
  (table) => [
    index("image_changes_by_source").on(table.sourceId, table.id),
    index("image_changes_by_time").on(table.at),
  ],
);
