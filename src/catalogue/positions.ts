import type Database from "better-sqlite3";
import type { Trust } from "./publishers.ts";

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

/** 0 to 7: trust first, then latest builds before older ones. */
function bandOf(trust: Trust, latest: boolean): number {
  return TRUSTS.indexOf(trust) * 2 + (latest ? 1 : 0);
}

/** The band that a position lies in. */
export function bandOfPosition(position: number): number {
  return Math.floor(position / BAND);
}

/** `bandOf` in SQL, over a row of images. */
const BAND_SQL = `(CASE trust ${TRUSTS.map((trust, rank) => `WHEN '${trust}' THEN ${rank * 2}`).join(" ")} END + latest)`;

/** What decides an image's place within its source. */
export interface Placement {
  readonly id: number;
  readonly imageId: string;
  readonly createdAt: string | null;
  readonly trust: Trust;
  readonly latest: 0 | 1;
}

interface Neighbour extends Pick<Placement, "imageId" | "createdAt"> {
  readonly position: number;
}

const PLACEMENT = `SELECT id, image_id AS imageId, created_at AS createdAt, trust, latest FROM images`;
/**
 * Gives a position to every image in `temp.unplaced`, inside the caller's transaction. Answers "renumbered"
 * when all positions of the source changed, so that its text index must be rebuilt.
 */
export function placeImages(db: Database.Database, sourceId: number): "placed" | "renumbered" {
  const unplaced = db.prepare<[], number>("SELECT count(*) FROM temp.unplaced").pluck().get() ?? 0;
  const placedSql = "SELECT count(*) FROM images WHERE source_id = ? AND position IS NOT NULL";
  const placed = db.prepare<[number], number>(placedSql).pluck().get(sourceId) ?? 0;
  if (unplaced <= (placed + unplaced) * RENUMBER_SHARE) {
    const images = db.prepare<[], Placement>(`${PLACEMENT} WHERE id IN (SELECT id FROM temp.unplaced)`).all();
    if (placeBetween(db, sourceId, images)) return "placed";
  }
  renumber(db, sourceId);
  return "renumbered";
}

/** Puts each image between its neighbours; false when there is no room left somewhere. */
function placeBetween(db: Database.Database, sourceId: number, unplaced: Placement[]): boolean {
  const place = db.prepare<[number, number]>("UPDATE images SET position = ? WHERE id = ?");
  const neighbours = openNeighbours(db, sourceId);
  for (const image of unplaced.toSorted(byPlace)) {
    const position = positionBetween(...neighbours(image), bandOf(image.trust, image.latest === 1));
    if (position === undefined) return false;
    place.run(position, image.id);
  }
  return true;
}

function positionBetween(below: number | undefined, above: number | undefined, band: number): number | undefined {
  if (below === undefined) return above === undefined ? band * BAND + BAND_MIDDLE : above - SPACING;
  if (above === undefined) return below + SPACING;
  return above - below < 2 ? undefined : below + Math.floor((above - below) / 2);
}

/** Finds the positions just below and above an image's place: by a look at the top, else by bisection. */
function openNeighbours(
  db: Database.Database,
  sourceId: number,
): (image: Placement) => [below: number | undefined, above: number | undefined] {
  const select =
    "SELECT position, image_id AS imageId, created_at AS createdAt FROM images WHERE source_id = ? AND position";
  const atOrBelow = db.prepare<number[], Neighbour>(`${select} BETWEEN ? AND ? ORDER BY position DESC LIMIT 1`);
  return (image) => {
    const bottom = bandOf(image.trust, image.latest === 1) * BAND;
    let below: number | undefined;
    let above: number | undefined;
    let low = bottom;
    let high = bottom + BAND - 1;
    while (low <= high) {
      // The first look is at the top of the band: most new images are the newest.
      const middle = above === undefined && below === undefined ? high : Math.floor((low + high) / 2);
      const found = atOrBelow.get(sourceId, low, middle);
      if (!found) low = middle + 1;
      else if (comparePlace(found, image) < 0) {
        below = found.position;
        low = middle + 1;
      } else {
        above = found.position;
        high = found.position - 1;
      }
    }
    return [below, above];
  };
}

function renumber(db: Database.Database, sourceId: number): void {
  db.prepare("UPDATE images SET position = NULL WHERE source_id = ? AND position IS NOT NULL").run(sourceId);
  db.prepare(
    `UPDATE images SET position = placed.position FROM (
       SELECT id, band * ${BAND} + ${BAND_MIDDLE}
         + ${SPACING} * row_number() OVER (PARTITION BY band ORDER BY created_at, image_id DESC) AS position
       FROM (SELECT id, created_at, image_id, ${BAND_SQL} AS band FROM images WHERE source_id = ? AND retired_at IS NULL)
     ) AS placed WHERE images.id = placed.id`,
  ).run(sourceId);
}

function byPlace(a: Placement, b: Placement): number {
  return bandOf(a.trust, a.latest === 1) - bandOf(b.trust, b.latest === 1) || comparePlace(a, b);
}

/** Within a band: older first, undated before all; on a tie the greater id, by its UTF-8 bytes as SQLite compares. */
function comparePlace(
  a: Pick<Placement, "imageId" | "createdAt">,
  b: Pick<Placement, "imageId" | "createdAt">,
): number {
  const [created, other] = [a.createdAt ?? "", b.createdAt ?? ""];
  if (created !== other) return created < other ? -1 : 1;
  return Buffer.compare(Buffer.from(b.imageId), Buffer.from(a.imageId));
}
