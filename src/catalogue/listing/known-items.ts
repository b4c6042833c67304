import type Database from "better-sqlite3";
import { READER, readerOf } from "../facts/columns-of.ts";

/*
 * A row's digest is of what the image says. Where the cloud gives an unchanged image the same way each time, the fingerprint of
 * its item stands behind it: an item that is known need not be read again.
 */

/** The items of a source whose images are in the catalogue as this release would read them. */
export interface StoredItems {
  has(fingerprint: string): boolean;
  /** The row of the item's image. */
  rowOf(fingerprint: string): number | undefined;
}

/** `1.DIGEST.FINGERPRINT`; without a fingerprint the digest alone. */
export function withFingerprint(digest: string, fingerprint: string | undefined): string {
  return fingerprint === undefined ? digest : `${digest}.${fingerprint}`;
}

/** What a row's digest says of its image. */
export function digestIn(stored: string): string {
  const at = stored.indexOf(".", stored.indexOf(".") + 1);
  return at === -1 ? stored : stored.slice(0, at);
}

function fingerprintIn(stored: string): string | undefined {
  return stored.split(".")[2];
}

/** Reads them when first asked: those of 200,000 images take 20 MB. */
export function openKnownItems(sqlite: Database.Database, sourceId: number): StoredItems {
  let rows: ReadonlyMap<string, number> | undefined;
  const read = (): ReadonlyMap<string, number> => (rows ??= readKnown(sqlite, sourceId));
  return { has: (fingerprint) => read().has(fingerprint), rowOf: (fingerprint) => read().get(fingerprint) };
}

function readKnown(sqlite: Database.Database, sourceId: number): Map<string, number> {
  const select = sqlite
    .prepare<[number], [number, string]>("SELECT id, digest FROM images WHERE source_id = ? AND position IS NOT NULL")
    .raw();
  const rows = new Map<string, number>();
  for (const [id, stored] of select.iterate(sourceId)) {
    const fingerprint = fingerprintIn(stored);
    if (fingerprint !== undefined && readerOf(stored) === READER) rows.set(fingerprint, id);
  }
  return rows;
}

/** Of images that say what they said, but whose items were written otherwise: what to store with the listing. */
export interface NewFingerprints {
  note(rowId: number, stored: string): void;
  forget(rowId: number): void;
}

/** They wait in `temp.rewritten` of the listing's connection. */
export function stageFingerprints(sqlite: Database.Database): NewFingerprints {
  sqlite.exec("CREATE TEMP TABLE rewritten (id INTEGER PRIMARY KEY, digest TEXT NOT NULL)");
  const note = sqlite.prepare<[number, string]>("INSERT OR REPLACE INTO temp.rewritten VALUES (?, ?)");
  const forget = sqlite.prepare<[number]>("DELETE FROM temp.rewritten WHERE id = ?");
  return { note: (rowId, stored) => void note.run(rowId, stored), forget: (rowId) => void forget.run(rowId) };
}

/** Stores the fingerprints that a listing brought of unchanged images, in the caller's transaction: no answer changes. */
export function storeFingerprints(sqlite: Database.Database): void {
  sqlite.exec("UPDATE images SET digest = r.digest FROM temp.rewritten r WHERE images.id = r.id");
}

/** A row's digest, with the fingerprint that a listing brought. */
export interface RewrittenDigest {
  readonly image_id: string;
  readonly digest: string;
}

const REWRITTEN_AT_ONCE = 5_000;

/** The same for those who store them elsewhere, in batches. */
export function* rewrittenDigests(sqlite: Database.Database): Generator<readonly RewrittenDigest[]> {
  const select = sqlite.prepare<[number], RewrittenDigest & { readonly id: number }>(
    `SELECT r.id, i.image_id, r.digest FROM temp.rewritten r JOIN images i ON i.id = r.id
     WHERE r.id > ? ORDER BY r.id LIMIT ${REWRITTEN_AT_ONCE}`,
  );
  for (let after: number | undefined = 0; after !== undefined;) {
    const rows: (RewrittenDigest & { readonly id: number })[] = select.all(after);
    if (rows.length > 0) yield rows.map(({ image_id, digest }) => ({ image_id, digest }));
    after = rows.at(-1)?.id;
  }
}
