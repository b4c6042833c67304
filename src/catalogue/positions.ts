import type Database from "better-sqlite3";
import { newestFirstKey } from "../version-order.ts";
import type { Trust } from "./publishers.ts";
import { createValueStatements } from "./statements.ts";
import { unindexImages } from "./text-index.ts";

/*
 * An image's position is its row number in the text index, and FTS5 yields row numbers in order for
 * nothing. So positions are given in quality order: the higher, the earlier in answers. Bands keep
 * trust and latest builds apart; within a band the newest is highest, then the smaller id.
 */

/** Bands are far apart, so that each can grow at its upper end, where the newest go, and at its lower. */
const BAND = 2 ** 40;
const BAND_MIDDLE = BAND / 2;
/** Free numbers between neighbours, for images that turn up between them. */
const SPACING = 8;
/** When more than this share of a source has to be placed, all of it is numbered anew. */
const RENUMBER_SHARE = 0.3;

const TRUSTS: readonly Trust[] = ["community", "verified", "official", "self"];

const numbers = createValueStatements<number | null>();

/** 0 to 7: trust first, then latest builds before older ones. */
function bandOf(trust: Trust, latest: boolean): number {
  return TRUSTS.indexOf(trust) * 2 + (latest ? 1 : 0);
}

/** The band that a position lies in. */
export function bandOfPosition(position: number): number {
  return Math.floor(position / BAND);
}

/** 0 for unknown publishers, and more the more is known, of the image at a position. */
export function trustOfPosition(position: number): number {
  return bandOfPosition(position) >> 1;
}

/** The trust's rank in SQL, over a row with such a column. */
const TRUST_SQL = `CASE trust ${TRUSTS.map((trust, rank) => `WHEN '${trust}' THEN ${rank}`).join(" ")} END`;

/** `bandOf` in SQL, over a row of images. */
const BAND_SQL = `(${TRUST_SQL} * 2 + latest)`;

/**
 * Rows that are written in this order lie near those that answers show beside them: the whole list is read
 * twice as fast. Newest last, where later ones are added.
 */
export const STORAGE_ORDER = `${TRUST_SQL}, created_at, image_id DESC`;

/** About how many of a source's images are found, told by how near each other the first finds (highest first) lie. */
export function estimateCount(first: readonly number[], imageCount: number): number {
  const gaps = first.slice(1).map((position, at) => (first[at] ?? 0) - position);
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1];
  return usual === undefined ? first.length : Math.min(imageCount, (imageCount * SPACING) / usual);
}

/** Positions of a source from one to another, both included. */
export interface PositionRange {
  readonly sourceId: number;
  readonly from: number;
  readonly to: number;
}

/** All positions of a source, cut into ranges of about so many images, at the usual spacing of positions. */
export function* positionSlices(db: Database.Database, sourceId: number, images: number): Generator<PositionRange> {
  const ends = numbers(
    db,
    "SELECT max(position) FROM images WHERE source_id = ? AND position BETWEEN ? AND ? UNION ALL " +
      "SELECT min(position) FROM images WHERE source_id = ? AND position BETWEEN ? AND ?",
  );
  let slice: PositionRange | undefined;
  let free = images * SPACING;
  for (let band = TRUSTS.length * 2 - 1; band >= 0; band--) {
    const range = [sourceId, band * BAND, (band + 1) * BAND - 1];
    const [highest, lowest] = ends.all(...range, ...range);
    if (typeof highest !== "number" || typeof lowest !== "number") continue;
    // A slice goes on in the next band: between the bands there is nothing.
    for (let to = highest; to >= lowest;) {
      const from = Math.max(lowest, to - free + 1);
      slice = { sourceId, from, to: slice?.to ?? to };
      free -= to - from + 1;
      to = from - 1;
      if (free > 0) continue;
      yield slice;
      slice = undefined;
      free = images * SPACING;
    }
  }
  if (slice) yield slice;
}

/** What decides an image's place within its source. */
export interface Placement {
  readonly id: number;
  readonly imageId: string;
  readonly name: string;
  readonly orderedAt: string | null;
  readonly trust: Trust;
  readonly latest: 0 | 1;
}

interface Placed extends Placement {
  readonly position: number;
}

const PLACEMENT = `SELECT id, image_id AS imageId, name, ordered_at AS orderedAt, trust, latest FROM images`;
/**
 * Gives a position to every image in `temp.unplaced`, inside the caller's transaction. Answers "renumbered"
 * when all positions of the source changed, so that its text index must be rebuilt.
 */
export function placeImages(db: Database.Database, sourceId: number): "placed" | "renumbered" {
  const unplaced = db.prepare<[], number>("SELECT count(*) FROM temp.unplaced").pluck().get() ?? 0;
  const placedSql = "SELECT count(*) FROM images WHERE source_id = ? AND position IS NOT NULL";
  const placed = db.prepare<[number], number>(placedSql).pluck().get(sourceId) ?? 0;
  if (unplaced > (placed + unplaced) * RENUMBER_SHARE) {
    renumberImages(db, sourceId);
    return "renumbered";
  }
  const images = db.prepare<[], Placement>(`${PLACEMENT} WHERE id IN (SELECT id FROM temp.unplaced)`).all();
  placeBetween(db, sourceId, images.toSorted(byPlace));
  return "placed";
}

/** Images that go between the same two neighbours; undefined at an end of their band. */
interface Run {
  images: Placement[];
  below: Placed | undefined;
  above: Placed | undefined;
}

/** Puts images, given in order, between their neighbours. */
function placeBetween(db: Database.Database, sourceId: number, images: readonly Placement[]): void {
  const findNeighbours = openNeighbours(db, sourceId);
  const make = openPlacer(db, sourceId);
  let run: Run | undefined;
  for (const image of images) {
    const last = run?.images.at(-1);
    if (run && last && bandOfImage(last) === bandOfImage(image) && (!run.above || comparePlace(image, run.above) < 0)) {
      run.images.push(image);
      continue;
    }
    if (run) make(run);
    run = { images: [image], ...findNeighbours(image) };
  }
  if (run) make(run);
}

function openPlacer(db: Database.Database, sourceId: number): (run: Run) => void {
  const place = db.prepare<[number, number]>("UPDATE images SET position = ? WHERE id = ?");
  const widen = openWidening(db, sourceId);
  return (run) => {
    for (let share = run.images.length + SPACING; !hasRoom(run); share *= 2) widen(run, share);
    run.images.forEach((image, at) => place.run(positionIn(run, at), image.id));
  };
}

function hasRoom({ images, below, above }: Run): boolean {
  return !below || !above || above.position - below.position > images.length;
}

function positionIn({ images, below, above }: Run, at: number): number {
  if (!above) {
    const [first] = images;
    const start = below?.position ?? (first ? bandOfImage(first) * BAND + BAND_MIDDLE : 0);
    return start + SPACING * (at + 1);
  }
  if (!below) return above.position - SPACING * (images.length - at);
  const step = (above.position - below.position) / (images.length + 1);
  return below.position + Math.floor(step * (at + 1));
}

/** Takes up to `share` neighbours on each side out of the order and into the run, so that all get new places. */
function openWidening(db: Database.Database, sourceId: number): (run: Run, share: number) => void {
  const select = `SELECT position, ${PLACEMENT.slice("SELECT ".length)} WHERE source_id = ? AND position`;
  const upwards = db.prepare<number[], Placed>(`${select} BETWEEN ? AND ? ORDER BY position LIMIT ?`);
  const downwards = db.prepare<number[], Placed>(`${select} BETWEEN ? AND ? ORDER BY position DESC LIMIT ?`);
  const evict = db.prepare<[number]>("INSERT INTO temp.evicted VALUES (?)");
  return (run, share) => {
    if (!run.below || !run.above) return;
    const bottom = bandOfPosition(run.above.position) * BAND;
    const above = upwards.all(sourceId, run.above.position, bottom + BAND - 1, share + 1);
    const below = downwards.all(sourceId, bottom, run.below.position, share + 1).toReversed();
    const next = above.length > share ? above.pop() : undefined;
    const before = below.length > share ? below.shift() : undefined;
    db.exec("DELETE FROM temp.evicted");
    for (const { id } of [...below, ...above]) evict.run(id);
    unindexImages(db, sourceId, "evicted");
    db.exec("INSERT OR IGNORE INTO temp.unplaced SELECT id FROM temp.evicted");
    run.images = [...below, ...run.images, ...above];
    run.below = before;
    run.above = next;
  };
}

/** Finds the images just below and above a place: by a look at the top of the band, else by bisection. */
function openNeighbours(
  db: Database.Database,
  sourceId: number,
): (image: Placement) => { below: Placed | undefined; above: Placed | undefined } {
  const atOrBelow = db.prepare<number[], Placed>(
    `SELECT position, ${PLACEMENT.slice("SELECT ".length)} WHERE source_id = ? AND position BETWEEN ? AND ?
     ORDER BY position DESC LIMIT 1`,
  );
  return (image) => {
    let below: Placed | undefined;
    let above: Placed | undefined;
    let low = bandOfImage(image) * BAND;
    let high = low + BAND - 1;
    while (low <= high) {
      // The first look is at the top of the band: most new images are the newest.
      const middle = above === undefined && below === undefined ? high : Math.floor((low + high) / 2);
      const found = atOrBelow.get(sourceId, low, middle);
      if (!found) low = middle + 1;
      else if (comparePlace(found, image) < 0) {
        below = found;
        low = middle + 1;
      } else {
        above = found;
        high = found.position - 1;
      }
    }
    return { below, above };
  };
}

/** Gives all present images of a source new positions; its text index must be rebuilt. Call inside a transaction. */
export function renumberImages(db: Database.Database, sourceId: number): void {
  db.prepare("UPDATE images SET position = NULL WHERE source_id = ? AND position IS NOT NULL").run(sourceId);
  db.prepare(
    `UPDATE images SET position = placed.position FROM (
       SELECT id, band * ${BAND} + ${BAND_MIDDLE}
         + ${SPACING} * row_number() OVER (PARTITION BY band ORDER BY ordered_at, newest_first(name) DESC, image_id DESC) AS position
       FROM (SELECT id, ordered_at, name, image_id, ${BAND_SQL} AS band FROM images WHERE source_id = ? AND retired_at IS NULL)
     ) AS placed WHERE images.id = placed.id`,
  ).run(sourceId);
}

function bandOfImage({ trust, latest }: Placement): number {
  return bandOf(trust, latest === 1);
}

function byPlace(a: Placement, b: Placement): number {
  return bandOfImage(a) - bandOfImage(b) || comparePlace(a, b);
}

type Age = Pick<Placement, "imageId" | "name" | "orderedAt">;

/** Within a band: older first, undated before all; on a tie the older version, then the greater id, by its UTF-8 bytes as SQLite compares. */
function comparePlace(a: Age, b: Age): number {
  const [time, other] = [a.orderedAt ?? "", b.orderedAt ?? ""];
  if (time !== other) return time < other ? -1 : 1;
  const [version, another] = [newestFirstKey(a.name), newestFirstKey(b.name)];
  if (version !== another) return version > another ? -1 : 1;
  return Buffer.compare(Buffer.from(b.imageId), Buffer.from(a.imageId));
}
