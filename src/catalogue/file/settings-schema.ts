import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/* The tables of what people decide; `src/record/` writes them. */

/** Somebody's view of a cloud: credentials plus a region. */
export const backends = sqliteTable("backends", {
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
  /** Sealed with AES-256-GCM; see secret-box.ts. */
  sealedKey: text("sealed_apikey"),
  sealedSecret: text("sealed_apisecret"),
  enabled: integer("enabled", { mode: "boolean" }).notNull().default(true),
  /** Seconds between two syncs; null follows IMAGEDEX_SYNC_CRON. */
  pollInterval: integer("poll_interval"),
  createdAt: text("created_at").notNull(),
  changedAt: text("changed_at"),
  /** Grows with every change of this backend's stars: a part of its ETags. */
  starsRevision: integer("stars_revision").notNull().default(0),
  /** Keyed fingerprint of provider, region, address and credentials: another one hides the backend's own images. */
  credentials: text("credentials"),
});

/** Accounts that clouds named for configured credentials. Kept while a cloud does not answer who asks. */
export const accounts = sqliteTable("accounts", {
  /** The fingerprint of the credentials, as in `backends`. */
  credentials: text("credentials").primaryKey(),
  account: text("account").notNull(),
  provenAt: text("proven_at").notNull(),
});

export const stars = sqliteTable(
  "stars",
  {
    backendId: text("backend_id")
      .notNull()
      .references(() => backends.id, { onDelete: "cascade" }),
    imageId: text("image_id").notNull(),
    starredAt: text("starred_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.backendId, table.imageId] })],
);

/** Who is told, by POST, of the changes that a saved search of a backend finds. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    backendId: text("backend_id")
      .notNull()
      .references(() => backends.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    /** Sealed with AES-256-GCM; see secret-box.ts. */
    sealedSecret: text("sealed_secret").notNull(),
    /** JSON: term and filters. */
    search: text("search").notNull(),
    /** JSON array: the kinds of changes that are told of. */
    kinds: text("kinds").notNull(),
    createdAt: text("created_at").notNull(),
    /** The row of image_changes up to which all that matches is delivered or in webhook_deliveries. */
    cursor: integer("cursor").notNull(),
    /** When the first try failed since one succeeded. */
    failingSince: text("failing_since"),
    lastError: text("last_error"),
    /** Nothing is sent any more: it failed for days, or its receiver is gone for good. */
    disabledAt: text("disabled_at"),
  },
  (table) => [index("webhooks_by_backend").on(table.backendId)],
);

/** What is sent to webhooks. A row comes with the step of its webhook's cursor: nothing is lost between the two. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    /** The order of sending. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    webhookId: text("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    /** The same at every try: receivers know a repetition by it. */
    messageId: text("message_id").notNull(),
    type: text("type", { enum: ["images.changed", "webhook.test"] }).notNull(),
    state: text("state", { enum: ["pending", "delivered", "failed"] }).notNull(),
    runId: integer("run_id"),
    /** The changes are those that match of the rows of image_changes after this one … */
    afterChange: integer("after_change"),
    /** … up to this one. */
    untilChange: integer("until_change"),
    changes: integer("changes").notNull(),
    /** What is sent; null once it has arrived, or what came after it has. */
    body: text("body"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: text("created_at").notNull(),
    lastTryAt: text("last_try_at"),
    nextTryAt: text("next_try_at"),
    /** HTTP status of the last answer; null without one. */
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
  },
  (table) => [
    index("webhook_deliveries_by_webhook").on(table.webhookId, table.id),
    index("webhook_deliveries_pending")
      .on(table.webhookId, table.id)
      .where(sql`state = 'pending'`),
  ],
);

/** Who may ask over HTTP, beside the tokens of the settings. */
export const accessTokens = sqliteTable("access_tokens", {
  id: text("id").primaryKey(),
  /** SHA-256, hexadecimal: the token itself is kept nowhere. */
  hash: text("hash").notNull().unique(),
  scope: text("scope", { enum: ["read", "admin"] }).notNull(),
  /** JSON array of the ids of the backends that it is for; null: all. */
  backends: text("backends"),
  createdAt: text("created_at").notNull(),
  /** From then on it lets nobody in; null: never. */
  expiresAt: text("expires_at"),
  /** To the minute. */
  lastUsedAt: text("last_used_at"),
});
