import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { OvertakenError } from "../../errors.ts";
import {
  isConflict,
  isLockTimeout,
  isOutOfReach,
  outOfReach,
  PREPARED,
  type RecordLink,
  type Transaction,
} from "./connect.ts";
import { endFrozenWriters } from "./end-frozen.ts";
import { IMAGES, JOURNAL, type RecordRow, type RowChange } from "./record-tables.ts";
import { findCommitted, keysOf, moveState, type Position, storable, writeRows } from "./write-changes.ts";

/** A listing, as a record takes it. Times are ISO 8601. */
export interface PublishedListing {
  readonly sourceId: number;
  /** The source's revision when the listing began: nobody else may have committed since. */
  readonly revision: number;
  readonly isChanged: boolean;
  /** Whether all was listed, or only what is new. */
  readonly isFull: boolean;
  readonly now: string;
  /** Images that the source has by then. */
  readonly imageCount: number;
  /** Ids of images that are retired, and when they were last seen. */
  readonly retired: readonly string[];
  readonly lastSeen: string;
  /** Without their ids: the record gives them. */
  readonly journal: readonly RecordRow[];
  /** The journal forgets what is older. */
  readonly forgetBefore: string;
  /** Of all other tables but sources. */
  readonly changes: readonly RowChange[];
  /** The new and changed images, as rows of the record. */
  images(): Iterable<readonly RecordRow[]>;
  /** Of unchanged images whose items the cloud wrote otherwise: what the next listing knows them by. No answer changes. */
  digests(): Iterable<readonly { readonly image_id: string; readonly digest: string }[]>;
}

/** A first listing of the largest region takes some minutes. */
const PUBLISH_MS = 20 * 60_000;
const ASK_AGAIN_MS = 5_000;
const TRIES = 5;
const AGAIN_MS = 5_000;
const JOURNAL_AT_ONCE = 2_000;

/**
 * Makes a listing the record's, in one transaction. Rejects with OvertakenError, and changes nothing, when the source's revision is not
 * what the listing found: whoever was frozen or cut off while another node listed the source is refused here, whatever leases say.
 */
export async function publishListing(link: RecordLink, listing: PublishedListing, format: number): Promise<Position> {
  for (let tries = 1; ; tries++) {
    const token = randomUUID();
    try {
      return await link.transaction(PUBLISH_MS, (sql) => publish(sql, listing, token, format));
    } catch (error) {
      if (isLockTimeout(error)) await endFrozenWriters(link).catch(() => undefined);
      if (isConflict(error) && tries < TRIES) continue;
      if (!isOutOfReach(error)) throw error;
      // The connection may have broken after the commit.
      const position = await link.within(ASK_AGAIN_MS, (client) => findCommitted(client, token)).catch(() => undefined);
      if (position !== undefined) return { position, token };
      if (tries >= TRIES) throw outOfReach(error);
      // After a failover there is a new primary in a while, and a listing that took an hour is worth the wait.
      await delay(AGAIN_MS * tries);
    }
  }
}

async function publish(sql: Transaction, listing: PublishedListing, token: string, format: number): Promise<Position> {
  const { sourceId, changes, journal, forgetBefore } = listing;
  const revision = await takeRevision(sql, listing);
  await writeImages(sql, listing.images(), revision);
  await retire(sql, listing, revision);
  const rewritten = await writeDigests(sql, listing);
  await writeRows(sql, changes);
  await sql`DELETE FROM image_changes WHERE at < ${forgetBefore}`;
  const numbered = await writeJournal(sql, journal);
  const keys = [
    ...keysOf(changes),
    ["sources", [[sourceId]]] as const,
    ...(journal.length > 0 ? [["counters", [["image_changes"]]] as const] : []),
  ];
  const told = { sourceId, journal: numbered, forgetBefore, ...(rewritten.length > 0 && { rewritten }) };
  const entry = { keys, listing: told };
  return moveState(sql, { token, format, kind: "listing", entry });
}

/** Holds the source until the commit. */
async function takeRevision(
  sql: Transaction,
  { sourceId, revision, isChanged, isFull, now, imageCount }: PublishedListing,
): Promise<number> {
  const next = Math.max(1, revision + (isChanged ? 1 : 0));
  const [taken] = await sql`
    UPDATE sources SET revision = ${next}, image_count = ${imageCount},
      changed_at = ${isChanged ? now : sql`coalesce(changed_at, ${now})`},
      ${isFull ? sql`synced_at = ${now}, shrunk_listings = 0, shrunk_since = NULL` : sql`probed_at = ${now}`}
    WHERE id = ${sourceId} AND revision = ${revision} RETURNING id`;
  if (!taken) throw new OvertakenError("another server listed the source meanwhile; what it found stays");
  return next;
}

/** What a row has that was there before keeps: when it first came. */
const SET = IMAGES.columns
  .filter((column) => !["source_id", "image_id", "first_seen"].includes(column))
  .map((column) => `${column} = excluded.${column}`);

/** The next rows are made ready while PostgreSQL writes those before. */
async function writeImages(sql: Transaction, images: Iterable<readonly RecordRow[]>, revision: number): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for (const rows of images) {
      const json = storable(rows.map((row) => ({ ...row, revision })));
      await writing;
      writing = upsertImages(sql, json);
    }
  } finally {
    await writing;
  }
}

async function upsertImages(sql: Transaction, json: string): Promise<void> {
  const columns = IMAGES.columns.join(", ");
  await sql.unsafe(
    `INSERT INTO images (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::images, $1::text::json)
     ON CONFLICT (source_id, image_id) DO UPDATE SET ${SET.join(", ")}`,
    [json],
    PREPARED,
  );
}

/** Answers the images' ids. */
async function writeDigests(sql: Transaction, { sourceId, digests }: PublishedListing): Promise<string[]> {
  const ids: string[] = [];
  for (const rows of digests()) {
    await sql.unsafe(
      `UPDATE images i SET digest = r.digest FROM json_to_recordset($1::text::json) AS r (image_id text, digest text)
       WHERE i.source_id = $2 AND i.image_id = r.image_id`,
      [storable(rows), sourceId],
      PREPARED,
    );
    for (const { image_id } of rows) ids.push(image_id);
  }
  return ids;
}

async function retire(
  sql: Transaction,
  { sourceId, retired, now, lastSeen }: PublishedListing,
  revision: number,
): Promise<void> {
  if (retired.length === 0) return;
  await sql.unsafe(
    `UPDATE images SET retired_at = $1, last_seen = $2, revision = $3
     WHERE source_id = $4 AND image_id IN (SELECT json_array_elements_text($5::text::json))`,
    [now, lastSeen, revision, sourceId, storable(retired)],
    PREPARED,
  );
}

/** Gives the rows their ids, in the order of commits: nobody else counts until this one is committed. */
async function writeJournal(sql: Transaction, rows: readonly RecordRow[]): Promise<[after: number, until: number]> {
  if (rows.length === 0) return [0, 0];
  const [counted] = await sql<{ value: number }[]>`
    INSERT INTO counters (name, value) VALUES ('image_changes', ${rows.length})
    ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value`;
  const until = counted?.value ?? 0;
  const after = until - rows.length;
  const columns = JOURNAL.columns.join(", ");
  for (let at = 0; at < rows.length; at += JOURNAL_AT_ONCE) {
    const numbered = rows
      .slice(at, at + JOURNAL_AT_ONCE)
      .map((row, offset) => ({ ...row, id: after + at + offset + 1 }));
    await sql.unsafe(
      `INSERT INTO image_changes (${columns}) SELECT ${columns}
       FROM json_populate_recordset(NULL::image_changes, $1::text::json)`,
      [storable(numbered)],
      PREPARED,
    );
  }
  return [after, until];
}
