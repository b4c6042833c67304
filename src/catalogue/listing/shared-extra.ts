import type Database from "better-sqlite3";
import type { MachineImage } from "../../image.ts";

/*
 * Most members of `extra` are the same for thousands of images: no kernel, virtualization `hvm`. Such
 * members of `extra` are stored once a source, in `shared_extras`; a row's own `extra` has the others. Both are JSON objects: the
 * whole is one text behind the other, without the braces between them.
 */

type Extra = MachineImage["extra"];

/** Members with a few values each, in all clouds. */
const SHARED_WORDS: ReadonlySet<string> = new Set([
  "architecture",
  "boot_mode",
  "container_format",
  "disk_format",
  "hypervisor",
  "image_type",
  "imds_support",
  "owner_alias",
  "platform",
  "platform_details",
  "root_device_name",
  "root_device_type",
  "source_image_region",
  "sriov_net_support",
  "state",
  "status",
  "tpm_support",
  "usage_operation",
  "virtualization_type",
  "visibility",
]);

/** Longer words are an image's own. */
const MOST_SHARED_WORD = 40;

/** A source with more kinds of images than this keeps the rest of them whole: what is shared is held in memory while it is listed. */
const MOST_KINDS = 4_096;

/** What an image's row stores of its `extra`. */
export interface StoredExtra {
  /** JSON object. */
  readonly extra: string;
  /** In `temp.staged_extras`; null where nothing is shared. */
  readonly shared_id: number | null;
}

/** `extra` taken apart: two JSON objects. */
export interface SplitExtra {
  readonly own: string;
  /** Of members that many images have alike. */
  readonly shared: string;
}

/** Takes `extra` apart; names are quoted once. */
export function createExtraSplitter(): (extra: Extra) => SplitExtra {
  const quoted = createQuotes();
  return (extra) => splitExtra(extra, quoted);
}

/** What of an `extra` is shared goes to `temp.staged_extras` of the connection, once. */
export function openSharing(sqlite: Database.Database): (extra: SplitExtra) => StoredExtra {
  sqlite.exec("CREATE TEMP TABLE staged_extras (id INTEGER PRIMARY KEY, extra TEXT NOT NULL, shared_id INTEGER)");
  const note = sqlite.prepare<[number, string]>("INSERT INTO temp.staged_extras (id, extra) VALUES (?, ?)");
  const ids = new Map<string, number>();
  return ({ own, shared }) => {
    let id = ids.get(shared);
    if (id === undefined) {
      if (shared === "{}" || ids.size === MOST_KINDS) return { extra: join(shared, own), shared_id: null };
      ids.set(shared, (id = ids.size + 1));
      note.run(id, shared);
    }
    return { extra: own, shared_id: id };
  };
}

/** One JSON object of two, the shared members first: as `wholeExtra` joins them. */
function join(shared: string, own: string): string {
  if (shared === "{}") return own;
  return own === "{}" ? shared : `${shared.slice(0, -1)},${own.slice(1)}`;
}

/** As JSON.stringify would, each member straight into the text that it belongs to. */
function splitExtra(extra: Extra, quoted: (name: string) => string): SplitExtra {
  let own = "";
  let shared = "";
  for (const name of Object.keys(extra)) {
    const value = extra[name];
    if (value === undefined) continue;
    const member = value === null ? "null" : JSON.stringify(value);
    if (isShared(name, value)) shared += quoted(name) + member;
    else own += quoted(name) + member;
  }
  return { own: `{${own.slice(1)}}`, shared: `{${shared.slice(1)}}` };
}

/** Names of members as they stand in JSON, a comma in front. */
function createQuotes(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const there = known.get(name);
    if (there !== undefined) return there;
    const quote = `,${JSON.stringify(name)}:`;
    if (known.size < MOST_KINDS) known.set(name, quote);
    return quote;
  };
}

function isShared(name: string, value: unknown): boolean {
  if (value === null || typeof value === "boolean" || value === "true" || value === "false") return true;
  if (typeof value === "string") return SHARED_WORDS.has(name) && value.length <= MOST_SHARED_WORD;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * Stores what staged images share that the source has not stored yet, in the caller's transaction; `temp.staged_extras` then says
 * as what.
 */
export function storeShared(sqlite: Database.Database, sourceId: number): void {
  const staged = sqlite.prepare<[], [number, string]>("SELECT id, extra FROM temp.staged_extras").raw().all();
  if (staged.length === 0) return;
  const stored = sqlite
    .prepare<[number], [string, number]>("SELECT extra, id FROM shared_extras WHERE source_id = ?")
    .raw()
    .all(sourceId);
  if (stored.length > MOST_KINDS) dropUnshared(sqlite, sourceId);
  const known = new Map(stored);
  let last = stored.reduce((most, [, id]) => Math.max(most, id), 0);
  const insert = sqlite.prepare<[number, number, string]>(
    "INSERT INTO shared_extras (source_id, id, extra) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const map = sqlite.prepare<[number, number]>("UPDATE temp.staged_extras SET shared_id = ? WHERE id = ?");
  for (const [id, extra] of staged) {
    const sharedId = known.get(extra) ?? ++last;
    insert.run(sourceId, sharedId, extra);
    map.run(sharedId, id);
  }
}

/** Kinds that no image is of any more. */
function dropUnshared(sqlite: Database.Database, sourceId: number): void {
  const remove = sqlite.prepare<[{ sourceId: number }]>(
    `DELETE FROM shared_extras WHERE source_id = @sourceId
       AND id NOT IN (SELECT shared_id FROM images WHERE source_id = @sourceId AND shared_id IS NOT NULL)`,
  );
  remove.run({ sourceId });
}

/** In SQL: all that the cloud said of an image of `images`, as JSON. */
export function wholeExtra(row: string): string {
  return joined(row, `FROM shared_extras x WHERE x.source_id = ${row}.source_id AND x.id = ${row}.shared_id`);
}

/** For a SELECT that reads many images: joins what each shares, as `x`. */
export function joinShared(row: string): string {
  return `LEFT JOIN shared_extras x ON x.source_id = ${row}.source_id AND x.id = ${row}.shared_id`;
}

/**
 * The arguments of a `concat` that yields the same as wholeExtra, where `joinShared` stands in the SELECT. Bytes are cut, since
 * SQLite would count the letters of a text.
 */
export function piecesOfExtra(row: string): string {
  return `iif(x.id IS NULL, '{', substr(CAST(x.extra AS BLOB), 1, octet_length(x.extra) - 1)),
    iif(x.id IS NULL OR ${row}.extra = '{}', '', ','), substr(CAST(${row}.extra AS BLOB), 2)`;
}

/** The same of one of `temp.staged`. */
export function wholeStagedExtra(row: string): string {
  return joined(row, `FROM temp.staged_extras x WHERE x.id = ${row}.shared_id`);
}

function joined(row: string, from: string): string {
  return `coalesce((SELECT substr(x.extra, 1, length(x.extra) - 1) || iif(${row}.extra = '{}', '', ',') || substr(${row}.extra, 2)
    ${from}), ${row}.extra)`;
}
