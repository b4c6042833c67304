import { RUN_CODES } from "../file/run-codes.ts";

/*
 * The tables that an import takes rows from, and what their columns may hold. Any other table, and whatever else a file has,
 * stays where it is.
 */

/** A condition in SQL over `@`, the column. Only SQLite's own functions: it runs where nothing is known of the rows. */
export type Condition = string;

export interface KnownTable {
  readonly name: string;
  /** Beside the column's type, and whether it may be null. */
  readonly conditions: Readonly<Record<string, Condition>>;
  /** What is written instead of what the file has, which is not even read. */
  readonly instead: Readonly<Record<string, string | number | null>>;
  /** Columns that hold ids of sources. */
  readonly sourceIds: readonly string[];
  /** Whether rows larger than MOST_ROW_BYTES are left out, not refused. */
  readonly leavesOutLarge?: boolean;
}

/** Images and texts larger than this come from no cloud. */
export const MOST_ROW_BYTES = 2 ** 20;
/** Whole numbers up to this leave room to count on. */
export const MOST_NUMBER = 2 ** 40;

const FLAG = "@ IN (0, 1)";
const TIME = "@ GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*' AND julianday(@) IS NOT NULL";
// CASE: only what is JSON is read as such.
const OBJECT = "CASE WHEN json_valid(@) THEN json_type(@) = 'object' END";
/** An object as we write it, which another one may be appended to. */
const OPEN_OBJECT = `CASE WHEN ${OBJECT} THEN (@ = '{}' OR @ GLOB '{"*}') END`;
const TEXTS = `CASE WHEN json_valid(@) THEN json_type(@) = 'array'
  AND NOT EXISTS (SELECT 1 FROM json_each(@) WHERE type <> 'text') END`;
/** What people write of a backend is bounded; a title may be made of two fields. */
const BRIEF = "length(@) BETWEEN 1 AND 5000";

function oneOf(...values: readonly string[]): Condition {
  return `@ IN (${values.map((value) => `'${value}'`).join(", ")})`;
}

function table(
  name: string,
  conditions: KnownTable["conditions"] = {},
  more: Partial<Omit<KnownTable, "name" | "conditions">> = {},
): KnownTable {
  return { name, conditions, instead: {}, sourceIds: ["source_id"], ...more };
}

const BACKENDS = {
  id: "length(@) <= 100 AND @ GLOB '[A-Za-z0-9]*' AND @ NOT GLOB '*[^A-Za-z0-9._-]*'",
  title: BRIEF,
  provider: "@ GLOB '[a-z]*' AND @ NOT GLOB '*[^a-z0-9]*'",
  region: BRIEF,
  apiurl: BRIEF,
  tenant_name: BRIEF,
  role_arn: BRIEF,
  external_id: BRIEF,
  profile: BRIEF,
  interface: oneOf("public", "internal", "admin"),
  ca_cert: "length(@) BETWEEN 1 AND 20000",
  enabled: FLAG,
  poll_interval: "@ BETWEEN 60 AND 31536000",
  created_at: TIME,
  changed_at: TIME,
};

const SOURCES = {
  scope: oneOf("public", "own"),
  synced_at: TIME,
  probed_at: TIME,
  changed_at: TIME,
};

const IMAGES = {
  visibility: oneOf("public", "private", "shared", "community"),
  trust: oneOf("self", "official", "verified", "community"),
  keywords: TEXTS,
  extra: OPEN_OBJECT,
  first_seen: TIME,
  last_seen: TIME,
  retired_at: TIME,
};

const RUNS = {
  state: oneOf("queued", "running", "complete", "refused", "failed"),
  kind: oneOf("full", "probe", "find"),
  started_at: TIME,
  finished_at: TIME,
  code: oneOf(...RUN_CODES),
};

const CHANGES = { kind: oneOf("added", "changed", "retired", "returned"), fields: TEXTS, at: TIME };

/** What was counted of refused listings goes with the images that they lacked; formats are those of the release that derives. */
const COUNTED_ANEW = { shrunk_listings: 0, shrunk_since: null, facts_format: 0, index_format: 0 };
/** Derived from the rest, or compared with what a cloud says: worked out anew. */
const DERIVED = { position: null, latest: 0, digest: "", publisher: null, folded_name: "", root_device_type: null };

/** In an order in which rows refer to earlier ones. */
const SHARED: readonly KnownTable[] = [
  table("sources", SOURCES, { instead: COUNTED_ANEW, sourceIds: ["id"] }),
  table("shared_extras", { extra: OPEN_OBJECT }),
  table("families", {}, { sourceIds: [] }),
  table("images", IMAGES, { instead: DERIVED, leavesOutLarge: true }),
  table("backend_sources"),
  table("source_parts", { listed_at: TIME, code: oneOf(...RUN_CODES) }),
  table("stars", { starred_at: TIME }, { sourceIds: [] }),
  table("runs", RUNS),
  table("asked_terms", { asked_at: TIME }),
  table("image_changes", CHANGES),
];

/** Of anybody's file: what there is in the clouds, and who looked at it; never secrets, webhooks, tokens, or what may be sent where. */
export const FROM_ANYBODY: readonly KnownTable[] = [
  table("backends", BACKENDS, {
    instead: { enabled: 0, sealed_apikey: null, sealed_apisecret: null, credentials: null },
    sourceIds: [],
  }),
  ...SHARED,
];

/** Of one's own backup: all but who may ask, and what only a running catalogue knows. */
export const FROM_BACKUP: readonly KnownTable[] = [
  table("backends", BACKENDS, { sourceIds: [] }),
  ...SHARED,
  table("accounts", { proven_at: TIME }, { sourceIds: [] }),
  table("webhooks", { search: OBJECT, kinds: TEXTS, created_at: TIME }, { sourceIds: [] }),
  table(
    "webhook_deliveries",
    { type: oneOf("images.changed", "webhook.test"), state: oneOf("pending", "delivered", "failed"), created_at: TIME },
    { sourceIds: [] },
  ),
];
