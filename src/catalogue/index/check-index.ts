import type Database from "better-sqlite3";
import { bitsOf, createBits, hasBit, setBit } from "./bits.ts";
import { findText } from "./find-word.ts";
import { begunWith } from "./find-tokens.ts";
import { type IndexedImage, openImageReader, type SegmentKind } from "./indexed-image.ts";
import { PageCache } from "./paged-array.ts";
import { countIn, LITERAL } from "./posting-lists.ts";
import { docOfRow, type LiveSegment, readSegments } from "./segments.ts";

/** Memory for pages. */
const CACHE_BYTES = 16 * 1024 * 1024;
/** Of so many images the texts themselves are looked up, evenly spread; of all, that they are there and where they belong. */
const SAMPLE = 500;
/** Images between two words of how far it is. */
const CHUNK = 2_000;

/** Looks whether a source's index has its images, all of them, where they belong, and nothing else. */
export function checkIndex(
  db: Database.Database,
  sourceId: number,
  told: number,
  onLooked: (looked: number, total: number) => void = () => undefined,
): { looked: number; troubles: string[] } {
  const troubles: string[] = [];
  let looked = 0;
  const total =
    db.prepare<[number], number>("SELECT count(*) FROM images WHERE source_id = ?").pluck().get(sourceId) ?? 0;
  for (const kind of ["present", "retired"] as const) {
    const segments = readSegments({ sqlite: db }, sourceId, kind, new PageCache(CACHE_BYTES));
    for (const trouble of troublesOf(db, sourceId, kind, segments, Math.max(1, Math.floor(total / SAMPLE)))) {
      if (typeof trouble === "string") troubles.push(trouble);
      else if (++looked % CHUNK === 0) onLooked(looked, total);
      if (troubles.length >= told) return { looked, troubles };
    }
  }
  return { looked, troubles };
}

/** Troubles in words, and undefined for each image that was looked at. */
function* troublesOf(
  db: Database.Database,
  sourceId: number,
  kind: SegmentKind,
  segments: readonly LiveSegment[],
  step: number,
): Generator<string | undefined, void> {
  const read = openImageReader(db, kind);
  const isOfKind = kind === "present" ? "retired_at IS NULL" : "retired_at IS NOT NULL";
  const rows = db.prepare<[number, number], { id: number; imageId: string }>(
    `SELECT id, image_id AS imageId FROM images WHERE source_id = ? AND ${isOfKind} AND id > ? ORDER BY id LIMIT ${CHUNK}`,
  );
  const ids = new Set<number>();
  for (let after = 0; ;) {
    const some = rows.all(sourceId, after);
    for (const { id, imageId } of some) {
      ids.add(id);
      const image = read(id);
      const trouble = image && troubleOf(segments, image, ids.size % step === 0);
      if (trouble !== undefined) yield `${imageId} ${trouble}`;
      yield undefined;
    }
    const last = some.at(-1);
    if (!last) break;
    after = last.id;
  }
  for (const { segment, living } of segments)
    for (const doc of bitsOf(living))
      if (!ids.has(segment.rows.at(doc))) yield `the index has row ${segment.rows.at(doc)}, which is no ${kind} image`;
}

function troubleOf(segments: readonly LiveSegment[], image: IndexedImage, byText: boolean): string | undefined {
  const found = segments.flatMap(({ segment, living }) => {
    const doc = docOfRow(segment, image.row);
    return doc !== undefined && hasBit(living, doc) ? [{ segment, doc }] : [];
  });
  const [only] = found;
  if (!only) return "is not in the index";
  if (found.length > 1) return `is ${found.length} times in the index`;
  const { segment, doc } = only;
  if (segment.keys.at(doc) !== image.key) return "is at another place in the index";
  if (segment.families.at(doc) !== image.family) return "is of another family in the index";
  if (!byText) return undefined;
  const hasTexts = image.texts.every(({ text, flags }) => hasBit(findText(segment, text, flags & LITERAL), doc));
  const hasValues = image.values.every((value) => {
    const [at] = begunWith(segment.values, value);
    const bits = createBits(segment.size);
    setBit(bits, doc);
    return at < segment.values.length && segment.values.at(at) === value && countIn(bits, segment.valueLists, at) === 1;
  });
  return hasTexts && hasValues ? undefined : "has other words than in the index";
}
