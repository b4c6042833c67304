import { setImmediate as turn } from "node:timers/promises";
import { PREPARED, type RecordLink, type Transaction } from "./connect.ts";
import { IMAGES, JOURNAL, recordTable, type RecordRow, type RowKey } from "./record-tables.ts";
import { type FeedEntry, type Position, storable } from "./write-changes.ts";

/** One state of the record, for as long as it is read. */
export interface RecordSnapshot {
  readonly record: string;
  readonly at: Position;
  /** What transactions changed since `from`; undefined when the record does not know that position, or has forgotten what came since. */
  readonly changes: readonly FeedEntry[] | undefined;
  /** The rows with these keys that exist. */
  rowsWithKeys(table: string, keys: readonly RowKey[]): Promise<readonly RecordRow[]>;
  allRows(table: string): Promise<readonly RecordRow[]>;
  /** Rows of the journal after one, up to another. */
  journal(after: number, until: number): AsyncIterable<readonly RecordRow[]>;
  /** Images of a source that were written at a later revision than this, in any order. */
  imagesSince(sourceId: number, revision: number): AsyncIterable<readonly RecordRow[]>;
  imagesWithIds(sourceId: number, imageIds: readonly string[]): Promise<readonly RecordRow[]>;
  /** By id of the image. */
  digestsOf(sourceId: number, imageIds: readonly string[]): Promise<readonly Pick<ImageMark, "imageId" | "digest">[]>;
  /** What tells whether an image is as another file has it, in any order. */
  imageMarks(sourceId: number): AsyncIterable<readonly ImageMark[]>;
}

/** An image's id, and all else that tells two of its states apart. */
export interface ImageMark {
  readonly imageId: string;
  readonly digest: string;
  readonly retiredAt: string | null;
}

/** Reading takes no locks, so a long read blocks nobody. */
const READING_MS = 120_000;
const BATCH = 1_000;
const MARKS = 20_000;
/** A node that is further behind than this compares whole tables in place of following each transaction. */
const MOST_ENTRIES = 20_000;

/** Reads one state of the record, and what led there `from` another one. */
export async function readRecord<T>(
  link: RecordLink,
  from: Position | undefined,
  read: (snapshot: RecordSnapshot) => Promise<T>,
): Promise<T> {
  return link.transaction(
    READING_MS,
    async (sql) => {
      // Sent together: each query costs a round trip.
      const [, [state], changes] = await Promise.all([
        // From the start of each table, though another node reads it too: rows come in the same order to all.
        sql.unsafe(
          `SET LOCAL idle_in_transaction_session_timeout = ${READING_MS}; SET LOCAL synchronize_seqscans = off`,
        ),
        sql<(Position & { record: string })[]>`SELECT record, position, token FROM state`,
        from && readFeed(sql, from),
      ]);
      if (!state) throw new Error("the record has no state");
      const at = { position: state.position, token: state.token };
      return read({ record: state.record, at, changes, ...openReads(sql) });
    },
    "ISOLATION LEVEL REPEATABLE READ READ ONLY",
  );
}

function openReads(sql: Transaction): Omit<RecordSnapshot, "record" | "at" | "changes"> {
  return {
    async rowsWithKeys(name, keys) {
      const { key } = recordTable(name);
      const asked = JSON.stringify(
        keys.map((values) => Object.fromEntries(key.map((column, at) => [column, values[at]]))),
      );
      const select = `SELECT row_to_json(t) AS row FROM ${name} t JOIN json_populate_recordset(NULL::${name}, $1::text::json) k
        ON ${key.map((column) => `t.${column} = k.${column}`).join(" AND ")}`;
      return rowsOf(await sql.unsafe<{ row: RecordRow }[]>(select, [asked], PREPARED));
    },
    async allRows(name) {
      const { key } = recordTable(name);
      return rowsOf(
        await sql.unsafe<{ row: RecordRow }[]>(
          `SELECT row_to_json(t) AS row FROM ${name} t ORDER BY ${key.join(", ")}`,
        ),
      );
    },
    journal: (after, until) =>
      batches(BATCH, (last) =>
        sql.unsafe<RecordRow[]>(
          `SELECT ${JOURNAL.columns.join(", ")} FROM image_changes WHERE id > $1 AND id <= $2 ORDER BY id LIMIT ${BATCH}`,
          [Number(last?.["id"] ?? after), until],
          PREPARED,
        ),
      ),
    imagesSince: (sourceId, revision) =>
      readThrough<RecordRow>(sql, `images_${sourceId}`, {
        size: BATCH,
        select: `SELECT ${IMAGE_COLUMNS} FROM images WHERE source_id = ${sourceId} AND revision > ${revision}`,
      }),
    imagesWithIds: (sourceId, imageIds) =>
      sql.unsafe<RecordRow[]>(
        `SELECT ${IMAGE_COLUMNS} FROM images WHERE source_id = $1 AND image_id IN (SELECT json_array_elements_text($2::text::json))`,
        [sourceId, storable(imageIds)],
        PREPARED,
      ),
    digestsOf: (sourceId, imageIds) =>
      sql.unsafe<Pick<ImageMark, "imageId" | "digest">[]>(
        `SELECT image_id AS "imageId", digest FROM images
         WHERE source_id = $1 AND image_id IN (SELECT json_array_elements_text($2::text::json))`,
        [sourceId, storable(imageIds)],
        PREPARED,
      ),
    imageMarks: (sourceId) =>
      readThrough<ImageMark>(sql, `marks_${sourceId}`, {
        size: MARKS,
        select: `SELECT image_id AS "imageId", digest, retired_at AS "retiredAt" FROM images WHERE source_id = ${sourceId}`,
      }),
  };
}

const IMAGE_COLUMNS = IMAGES.columns.join(", ");

/**
 * Rows in the order of their table, `size` at a time. They are large: in the order of a key each would cost a page, and each batch a
 * walk through all, where PostgreSQL has no statistics yet.
 */
function readThrough<Row extends object>(
  sql: Transaction,
  cursor: string,
  { select, size }: { readonly select: string; readonly size: number },
): AsyncGenerator<readonly Row[]> {
  const fetch = (): Promise<readonly Row[]> => sql.unsafe<Row[]>(`FETCH ${size} FROM ${cursor}`);
  // Sent together: each query costs a round trip.
  const open = async (): Promise<readonly Row[]> =>
    (await Promise.all([sql.unsafe(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${select}`), fetch()]))[1];
  return batches<Row>(size, (last) => (last ? fetch() : open()));
}

/** Rows in the order of a key, at most `size` behind the last one at a time. Each are asked for while those before are taken. */
function batches<Row>(
  size: number,
  next: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  const ask = (last: Row | undefined): Promise<readonly Row[]> => {
    // The library asks once somebody waits; what nobody takes any more may fail.
    const asked = Promise.resolve(next(last));
    asked.catch(() => undefined);
    return asked;
  };
  return takeBatches(size, ask, ask(undefined));
}

async function* takeBatches<Row>(
  size: number,
  ask: (last: Row) => Promise<readonly Row[]>,
  first: Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let asked: Promise<readonly Row[]> | undefined = first; asked;) {
    const rows: readonly Row[] = await asked;
    const last = rows.length < size ? undefined : rows.at(-1);
    asked = last && ask(last);
    // So that it is sent before the rows are worked on.
    if (asked) await turn();
    if (rows.length > 0) yield rows;
  }
}

function rowsOf(rows: readonly { readonly row: RecordRow }[]): RecordRow[] {
  return rows.map(({ row }) => row);
}

async function readFeed(sql: Transaction, from: Position): Promise<readonly FeedEntry[] | undefined> {
  const [known, ...entries] = await sql<{ token: string; about: string }[]>`
    SELECT token, about FROM feed WHERE position >= ${from.position} ORDER BY position LIMIT ${MOST_ENTRIES + 2}`;
  if (known?.token !== from.token || entries.length > MOST_ENTRIES) return undefined;
  return entries.map(({ about }): FeedEntry => JSON.parse(about));
}

const LOOK_MS = 5_000;

/** The record's current position. */
export async function readPosition(link: RecordLink): Promise<Position & { readonly record: string }> {
  const [state] = await link.within(
    LOOK_MS,
    (client) => client<(Position & { record: string })[]>`SELECT record, position, token FROM state`,
  );
  if (!state) throw new Error("the record has no state");
  return state;
}
