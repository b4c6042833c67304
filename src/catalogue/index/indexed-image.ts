import type Database from "better-sqlite3";
import { fold } from "../../fold.ts";
import { VALUE_FILTERS, type ValueFilterName } from "../filter-table.ts";
import type { Trust } from "../publishers.ts";
import { keywordsOf, SEARCHABLE, type SearchableRow } from "../searched-texts.ts";
import { releaseValue } from "./release-value.ts";
import { LITERAL, NAME, OTHER } from "./posting-lists.ts";

/** An image as the index takes it. */
export interface IndexedImage {
  /** Its row in `images`. */
  readonly row: number;
  /** Its place: the greater, the earlier in answers; see orderKey and retiredKey. */
  readonly key: number;
  /** Milliseconds since 1970; null when unknown. */
  readonly created: number | null;
  readonly deprecated: number | null;
  readonly texts: readonly IndexedText[];
  /** What filters and facets go by; see valueOf. */
  readonly values: readonly string[];
}

/** A folded text, and what finding something in it means: NAME, OTHER, LITERAL. */
export interface IndexedText {
  readonly text: string;
  readonly flags: number;
}

/** What filters ask for; `release` see findFacts. */
export type ValueName = ValueFilterName | "latest" | "release";

/** `valueOf` for many images, which share most values. */
function createValues(): typeof valueOf {
  const known = new Map<ValueName, Map<string, string>>();
  return (name, value) => {
    let ofName = known.get(name);
    if (!ofName || ofName.size > MOST_VALUES) known.set(name, (ofName = new Map()));
    let text = ofName.get(value);
    if (text === undefined) ofName.set(value, (text = valueOf(name, value)));
    return text;
  };
}

/** Kept of each name while images are read. */
const MOST_VALUES = 20_000;

/** A value as the index keeps it: found by its fold, shown as it is. */
export function valueOf(name: ValueName, value: string): string {
  return `${valuePrefix(name, fold(value))}${value}`;
}

/** What all values of a name begin with whose fold is this. */
export function valuePrefix(name: ValueName, folded: string): string {
  return `${name}=${folded}\0`;
}

/** A value of a facet, as it is shown. */
export function shownValue(value: string): string {
  return value.slice(value.indexOf("\0") + 1);
}

const TRUSTS: readonly Trust[] = ["community", "verified", "official", "self"];

/** Keys of bands lie so far apart: more milliseconds than there are to the year 2248. */
const BAND = 2 ** 43;

/** A time as milliseconds; null for none, and for what is no time. */
export function timeOf(text: string | null): number | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(time) ? time : null;
}

/**
 * The place of a present image in answers, where all else is equal: trust first, then newest builds before older ones, then the
 * later made one. Undated ones come last of their band.
 */
export function orderKey(trust: Trust, latest: boolean, ordered: number | null): number {
  const band = TRUSTS.indexOf(trust) * 2 + (latest ? 1 : 0);
  return band * BAND + (ordered === null ? 0 : Math.min(BAND - 1, Math.max(1, ordered)));
}

/** Of a key: 0 to 7, trust first, then newest builds before older ones. */
export function bandOfKey(key: number): number {
  return Math.floor(key / BAND);
}

/** Of a key: 0 for unknown publishers, and more the more is known. */
export function trustOfKey(key: number): number {
  return bandOfKey(key) >> 1;
}

/** Present images, or retired ones: each kind has segments of its own. */
export type SegmentKind = "present" | "retired";

/** What of a row tells its place. */
export interface PlacedRow {
  readonly row: number;
  readonly imageId: string;
  readonly trust: Trust;
  readonly latest: 0 | 1;
  readonly name: string;
  readonly createdAt: string | null;
  /** What tells which is newer; null: the names tell. */
  readonly orderedAt: string | null;
  readonly retiredAt: string | null;
}

export const PLACE =
  "id AS row, image_id AS imageId, name, trust, latest, created_at AS createdAt, ordered_at AS orderedAt, retired_at AS retiredAt FROM images";

/** The place of a row among those of its kind. Retired ones: the latest retired first. */
export function keyOf(row: PlacedRow, kind: SegmentKind): number {
  if (kind === "retired") return Math.max(0, timeOf(row.retiredAt) ?? 0);
  return orderKey(row.trust, row.latest === 1, timeOf(row.orderedAt));
}

interface ImageRow extends SearchableRow, PlacedRow {
  readonly deprecatedAt: string | null;
}

/** Reads images by their rows; undefined for those that there are not. */
export function openImageReader(db: Database.Database, kind: SegmentKind): (row: number) => IndexedImage | undefined {
  const select = db.prepare<[number], ImageRow>(
    `SELECT ${SEARCHABLE}, deprecated_at AS deprecatedAt, ${PLACE} WHERE id = ?`,
  );
  const values = createValues();
  return (row) => {
    const image = select.get(row);
    return image && indexedImage(image, kind, values);
  };
}

function indexedImage(row: ImageRow, kind: SegmentKind, known: typeof valueOf): IndexedImage {
  return {
    row: row.row,
    key: keyOf(row, kind),
    created: timeOf(row.createdAt),
    deprecated: timeOf(row.deprecatedAt),
    texts: textsOf(row),
    values: valuesOf(row, known),
  };
}

/** Every text that the cloud said; `foldedFields` judges single rows by the same. */
function textsOf(row: SearchableRow): IndexedText[] {
  const texts: IndexedText[] = [
    { text: fold(row.imageId), flags: LITERAL },
    { text: fold(row.name), flags: NAME | LITERAL },
  ];
  const add = (text: string | null, flags: number): void => {
    if (text) texts.push({ text: fold(text), flags });
  };
  add(row.publisher, NAME);
  for (const text of [row.description, row.ownerId, row.ownerAlias, row.platform, row.architecture]) add(text, OTHER);
  for (const text of keywordsOf(row)) add(text, OTHER);
  return texts;
}

function valuesOf(row: SearchableRow, known: typeof valueOf): string[] {
  const values = VALUE_FILTERS.flatMap(({ name, columns }) =>
    columns.flatMap((column) => {
      const value = row[column];
      return value ? [known(name, value)] : [];
    }),
  );
  if (row.os !== null) values.push(releaseValue(row.os, row.osVersion, row.osCodename));
  return row.latest === 1 ? [...values, known("latest", "true")] : values;
}
