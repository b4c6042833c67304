import { bigint, boolean, index, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/* oxlint-disable typescript/explicit-function-return-type -- what drizzle's builders are has no short name */

/*
 * The record in PostgreSQL. Its tables have the names and columns of the catalogue's file, so that rows go from one to the other as
 * they are; `catalogue/file/schema.ts` says what they mean. What is derived (positions, families, the search's index) is not here.
 */

const number = (name: string) => bigint(name, { mode: "number" });

export const backends = pgTable("backends", {
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  provider: text("provider").notNull(),
  region: text("region"),
  apiurl: text("apiurl"),
  tenantName: text("tenant_name"),
  roleArn: text("role_arn"),
  externalId: text("external_id"),
  profile: text("profile"),
  interface: text("interface"),
  caCert: text("ca_cert"),
  sealedKey: text("sealed_apikey"),
  sealedSecret: text("sealed_apisecret"),
  enabled: boolean("enabled").notNull(),
  pollInterval: number("poll_interval"),
  createdAt: text("created_at").notNull(),
  changedAt: text("changed_at"),
  starsRevision: number("stars_revision").notNull(),
  credentials: text("credentials"),
});

const ofBackend = () =>
  text("backend_id")
    .notNull()
    .references(() => backends.id, { onDelete: "cascade" });

export const accounts = pgTable("accounts", {
  credentials: text("credentials").primaryKey(),
  account: text("account").notNull(),
  provenAt: text("proven_at").notNull(),
});

export const accessTokens = pgTable("access_tokens", {
  id: text("id").primaryKey(),
  hash: text("hash").notNull().unique(),
  scope: text("scope").notNull(),
  backends: text("backends"),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at"),
  lastUsedAt: text("last_used_at"),
});

export const sources = pgTable("sources", {
  id: number("id").primaryKey(),
  key: text("key").notNull().unique(),
  provider: text("provider").notNull(),
  scope: text("scope").notNull(),
  place: text("place").notNull(),
  account: text("account"),
  shrunkListings: number("shrunk_listings").notNull(),
  shrunkSince: text("shrunk_since"),
  /** A commit moves it from n to n + 1; if somebody else did so first, the commit is refused. */
  revision: number("revision").notNull(),
  imageCount: number("image_count").notNull(),
  syncedAt: text("synced_at"),
  probedAt: text("probed_at"),
  changedAt: text("changed_at"),
});

const ofSource = () =>
  number("source_id")
    .notNull()
    .references(() => sources.id, { onDelete: "cascade" });

export const counters = pgTable("counters", { name: text("name").primaryKey(), value: number("value").notNull() });

export const stars = pgTable(
  "stars",
  { backendId: ofBackend(), imageId: text("image_id").notNull(), starredAt: text("starred_at").notNull() },
  (table) => [primaryKey({ columns: [table.backendId, table.imageId] })],
);

export const webhooks = pgTable("webhooks", {
  id: text("id").primaryKey(),
  backendId: ofBackend(),
  url: text("url").notNull(),
  sealedSecret: text("sealed_secret").notNull(),
  search: text("search").notNull(),
  kinds: text("kinds").notNull(),
  createdAt: text("created_at").notNull(),
  cursor: number("cursor").notNull(),
  failingSince: text("failing_since"),
  lastError: text("last_error"),
  disabledAt: text("disabled_at"),
});

export const webhookDeliveries = pgTable("webhook_deliveries", {
  id: number("id").primaryKey(),
  webhookId: text("webhook_id")
    .notNull()
    .references(() => webhooks.id, { onDelete: "cascade" }),
  messageId: text("message_id").notNull(),
  type: text("type").notNull(),
  state: text("state").notNull(),
  runId: number("run_id"),
  afterChange: number("after_change"),
  untilChange: number("until_change"),
  changes: number("changes").notNull(),
  body: text("body"),
  attempts: number("attempts").notNull(),
  createdAt: text("created_at").notNull(),
  lastTryAt: text("last_try_at"),
  nextTryAt: text("next_try_at"),
  lastStatus: integer("last_status"),
  lastError: text("last_error"),
});

export const backendSources = pgTable(
  "backend_sources",
  { backendId: ofBackend(), sourceId: ofSource(), precedence: integer("precedence").notNull() },
  (table) => [primaryKey({ columns: [table.backendId, table.sourceId] })],
);

export const heldViews = pgTable(
  "held_views",
  { backendId: ofBackend(), sourceId: ofSource(), hiddenAt: text("hidden_at").notNull() },
  (table) => [primaryKey({ columns: [table.backendId, table.sourceId] })],
);

export const sourceParts = pgTable(
  "source_parts",
  {
    sourceId: ofSource(),
    part: text("part").notNull(),
    listedAt: text("listed_at"),
    code: text("code"),
    error: text("error"),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.part] })],
);

/** By the cloud's id: a file's row numbers are its own. */
export const absentImages = pgTable(
  "absent_images",
  { sourceId: ofSource(), imageId: text("image_id").notNull() },
  (table) => [primaryKey({ columns: [table.sourceId, table.imageId] })],
);

export const runs = pgTable(
  "runs",
  {
    id: number("id").primaryKey(),
    sourceId: ofSource(),
    state: text("state").notNull(),
    kind: text("kind").notNull(),
    startedAt: text("started_at").notNull(),
    finishedAt: text("finished_at"),
    listed: number("listed").notNull(),
    added: number("added").notNull(),
    changed: number("changed").notNull(),
    retired: number("retired").notNull(),
    returned: number("returned").notNull(),
    rejected: number("rejected").notNull(),
    upstreamCalls: number("upstream_calls").notNull(),
    code: text("code"),
    error: text("error"),
    warning: text("warning"),
  },
  (table) => [index("runs_by_source").on(table.sourceId)],
);

export const askedTerms = pgTable(
  "asked_terms",
  { sourceId: ofSource(), term: text("term").notNull(), askedAt: text("asked_at").notNull(), found: number("found") },
  (table) => [primaryKey({ columns: [table.sourceId, table.term] })],
);

/** The journal: its ids are the cursors of those who ask for changes, and grow in the order of commits. */
export const imageChanges = pgTable(
  "image_changes",
  {
    id: number("id").primaryKey(),
    sourceId: ofSource(),
    runId: number("run_id").notNull(),
    at: text("at").notNull(),
    imageId: text("image_id").notNull(),
    kind: text("kind").notNull(),
    fields: text("fields"),
  },
  (table) => [index("image_changes_by_source").on(table.sourceId), index("image_changes_by_time").on(table.at)],
);

export const images = pgTable(
  "images",
  {
    sourceId: ofSource(),
    imageId: text("image_id").notNull(),
    part: text("part"),
    name: text("name").notNull(),
    foldedName: text("folded_name").notNull(),
    description: text("description"),
    ownerId: text("owner_id"),
    ownerAlias: text("owner_alias"),
    publisher: text("publisher"),
    trust: text("trust").notNull(),
    platform: text("platform"),
    architecture: text("architecture"),
    rootDeviceType: text("root_device_type"),
    visibility: text("visibility").notNull(),
    createdAt: text("created_at"),
    deprecatedAt: text("deprecated_at"),
    os: text("os"),
    osVersion: text("os_version"),
    osCodename: text("os_codename"),
    state: text("state").notNull(),
    hidden: boolean("hidden").notNull(),
    virtualizationType: text("virtualization_type"),
    line: text("line"),
    familyName: text("family_name").notNull(),
    keywords: text("keywords").notNull(),
    /** JSON: all that the cloud said. */
    extra: text("extra").notNull(),
    digest: text("digest").notNull(),
    firstSeen: text("first_seen").notNull(),
    lastSeen: text("last_seen"),
    retiredAt: text("retired_at"),
    /** Of the source, when the row was last written. */
    revision: number("revision").notNull(),
    /** Of what is derived here: a node whose own is another derives anew. */
    factsFormat: integer("facts_format").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sourceId, table.imageId] }),
    index("images_by_revision").on(table.sourceId, table.revision),
  ],
);

/** Which node works on what. Leases spread the work; what keeps it safe are the revisions. */
export const leases = pgTable("leases", {
  name: text("name").primaryKey(),
  holder: uuid("holder").notNull(),
  until: timestamp("until", { withTimezone: true }).notNull(),
});

/** One row: where the record stands. */
export const state = pgTable("state", {
  one: integer("one").primaryKey(),
  /** Of this record: a file that follows another one is refused. */
  record: uuid("record").notNull(),
  /** Grows by one with each transaction, in the order of their commits. */
  position: number("position").notNull(),
  /** Belongs to the position: a record that lost commits reaches the position again, but with another token. */
  token: uuid("token").notNull(),
  /** When the newest applied migration was made: a node that knows only older ones stops writing. */
  format: number("format").notNull(),
  /** A keyed fingerprint: nodes with another secret key are refused. */
  keyCheck: text("key_check"),
});

/** What each transaction changed, for those who follow. */
export const feed = pgTable("feed", {
  position: number("position").primaryKey(),
  token: uuid("token").notNull(),
  kind: text("kind").notNull(),
  /** JSON: keys of rows, and what a listing changed. */
  about: text("about").notNull(),
  at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
});
