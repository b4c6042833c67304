import type Database from "better-sqlite3";
import { orderKey } from "./indexed-image.ts";
import { type PackedSegment, packSpooled, type SegmentBuilder, type SpooledSegment } from "./pack-segment.ts";
import type { SpooledRows } from "./row-spool.ts";
import { insertPacked, orderBest, orderByName, segmentCount } from "./write-segments.ts";

/** A first listing whose images are placed in `temp.placed`, and are about to become rows. */
export interface FirstImages {
  readonly sourceId: number;
  /** The rows' ids are those from here on, by their places. */
  readonly newestRow: number;
  readonly spooled: SpooledRows;
  /** Images of a segment; MOST_IMAGES by default. */
  readonly most?: number;
}

/**
 * Begins to index the images of a first listing, in the caller's transaction. What it returns builds the rest, once the rows are
 * written. `beside` builds a part meanwhile.
 */
export function beginFirstIndex(db: Database.Database, listing: FirstImages, beside?: SegmentBuilder): () => void {
  const segments = cutIntoSegments(placeSpooled(db, listing), listing);
  const begun = beside
    ? segments.slice(0, besideOf(segments.length)).map((segment) => ({ segment, built: beside.begin(segment) }))
    : [];
  const own = segments.slice(begun.length);
  const insert = (packed: PackedSegment): void =>
    insertPacked(db, { sourceId: listing.sourceId, kind: "present" }, packed);
  const insertDone = (): void => {
    for (let next = begun[0]; next?.built.isDone(); next = begun[0]) {
      begun.shift();
      insert(next.built.take() ?? packSpooled(next.segment));
    }
  };
  return () => {
    assertWritten(db, listing.sourceId, segments);
    for (const segment of own) {
      // What is built takes memory until it is stored.
      insertDone();
      insert(packSpooled(segment));
    }
    for (const { segment, built } of begun) insert(built.take() ?? packSpooled(segment));
  };
}

/** Throws unless each placed image has become a row: an index of others would show what there is not. */
function assertWritten(db: Database.Database, sourceId: number, segments: readonly SpooledSegment[]): void {
  const placed = segments.reduce((sum, { rows }) => sum + rows.length, 0);
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND position IS NOT NULL";
  const written = db.prepare<[number], number>(select).pluck().get(sourceId);
  if (written !== placed) throw new Error(`${placed} images were listed, and ${written} rows written`);
}

/** The thread that writes the rows takes about a third of the time of the index for it. */
const BESIDE_SHARE = 0.6;

/** How many segments of all are built beside the thread that writes the rows: it builds the others when it has written them. */
function besideOf(segments: number): number {
  return Math.max(1, Math.round(segments * BESIDE_SHARE));
}

interface PlacedImages {
  readonly count: number;
  /** Where images are in the other arrays, best first. */
  readonly order: Uint32Array;
  readonly staged: Uint32Array;
  readonly rows: Float64Array;
  readonly keys: Float64Array;
  readonly families: Uint32Array;
  readonly latest: Uint8Array;
}

function placeSpooled(db: Database.Database, { newestRow, spooled }: FirstImages): PlacedImages {
  const count = db.prepare<[], number>("SELECT count(*) FROM temp.placed").pluck().get() ?? 0;
  const nameless = new Set(db.prepare<[], number>("SELECT id FROM families WHERE name = ''").pluck().all());
  const placed = {
    staged: new Uint32Array(count),
    rows: new Float64Array(count),
    keys: new Float64Array(count),
    families: new Uint32Array(count),
    latest: new Uint8Array(count),
  };
  const select = db
    .prepare<[], [number, number, number, number, number]>(
      "SELECT place, staged, family_id, latest, ordered_at IS NOT NULL FROM temp.placed",
    )
    .raw();
  let at = 0;
  for (const [place, staged, family, latest, isOrdered] of select.iterate()) {
    placed.staged[at] = staged;
    placed.rows[at] = newestRow + place;
    placed.keys[at] = orderKey(
      (latest ? spooled.newest : spooled.others)[staged]!,
      isOrdered ? spooled.created[staged]! : null,
    );
    placed.families[at] = nameless.has(family) ? 0 : family;
    placed.latest[at++] = latest;
  }
  const names = db.prepare<[string], { id: number; name: string; imageId: string }>(
    "SELECT rowid AS id, name, image_id AS imageId FROM temp.staged WHERE rowid IN (SELECT value FROM json_each(?))",
  );
  const order = orderBest(placed.keys, (tied) =>
    orderByName(
      tied,
      (each) => placed.staged[each]!,
      (ids) => names.all(JSON.stringify(ids)),
    ),
  );
  return { count, order, ...placed };
}

function cutIntoSegments(
  placed: PlacedImages,
  { spooled: { file, starts, lengths }, most }: FirstImages,
): SpooledSegment[] {
  const { count, order, staged, rows, keys, families, latest } = placed;
  const segments = segmentCount(count, most);
  const size = Math.ceil(count / Math.max(1, segments));
  return Array.from({ length: segments }, (_, at) => {
    const of = order.subarray(at * size, (at + 1) * size);
    return {
      file,
      starts: Float64Array.from(of, (each) => starts[staged[each]!]!),
      lengths: Uint32Array.from(of, (each) => lengths[staged[each]!]!),
      rows: Float64Array.from(of, (each) => rows[each]!),
      keys: Float64Array.from(of, (each) => keys[each]!),
      families: Uint32Array.from(of, (each) => families[each]!),
      latest: Uint8Array.from(of, (each) => latest[each]!),
    };
  });
}
