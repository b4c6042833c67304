import type Database from "better-sqlite3";
import { fold } from "../../fold.ts";
import { VALUE_FILTERS, type ValueFilterName } from "../facts/filter-table.ts";
import type { Trust } from "../facts/publishers.ts";
import { keywordsOf, SEARCHABLE, type SearchableRow } from "../facts/searched-texts.ts";
import { releaseValue } from "./release-value.ts";
import { standingOf, trustOfStanding, withdrawnStanding } from "../facts/standing.ts";
import { variantOf } from "../facts/variant.ts";
import { versionsOf } from "../facts/stated-versions.ts";
import { LITERAL, NAME, OTHER } from "./posting-lists.ts";

/** An image as the index takes it. */
export interface IndexedImage {
  /** Its row in `images`. */
  readonly row: number;
  /** Its place while it is offered: the greater, the earlier in answers; see keyOf. */
  readonly key: number;
  /** Milliseconds since 1970; null when unknown. */
  readonly created: number | null;
  readonly deprecated: number | null;
  /** The id of its family; 0 for one that is no build of anything. */
  readonly family: number;
  /** Its id first. */
  readonly texts: readonly IndexedText[];
  /** What filters and facets go by; see valueOf. */
  readonly values: readonly string[];
}

/** A folded text, and what finding something in it means: NAME, OTHER, LITERAL. */
export interface IndexedText {
  readonly text: string;
  readonly flags: number;
}

/**
 * What filters ask for, and what else images are found by: `latest` is the newest build of its family, `version` see versionsOf,
 * `due` the day on which it is deprecated, `line` see lineOf, `release` see findFacts.
 */
export type ValueName = ValueFilterName | "latest" | "version" | "due" | "line" | "release";

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

/** Keys of standings lie so far apart: more milliseconds than there are to the year 2248. */
const BAND = 2 ** 43;

/** A time as milliseconds; null for none, and for what is no time. */
export function timeOf(text: string | null): number | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(time) ? time : null;
}

/**
 * The place of a present image in answers, where all else is equal: its standing first, then the later made one. Undated ones
 * come last of their standing.
 */
export function orderKey(standing: number, ordered: number | null): number {
  return standing * BAND + (ordered === null ? 0 : Math.min(BAND - 1, Math.max(1, ordered)));
}

/** Of a key: see standingOf. */
export function standingOfKey(key: number): number {
  return Math.floor(key / BAND);
}

/** Of a key: 0 for unknown publishers, and more the more is known. */
export function trustOfKey(key: number): number {
  return trustOfStanding(standingOfKey(key));
}

/** The key of the same image while it is not offered. */
export function withdrawnKey(key: number): number {
  const standing = standingOfKey(key);
  return key - (standing - withdrawnStanding(standing)) * BAND;
}

/** Of keys of one family: the greater, the newer build. */
export function ageOfKey(key: number): number {
  return key % BAND;
}

/** Present images, or retired ones: each kind has segments of its own. */
export type SegmentKind = "present" | "retired";

/** What of a row tells its place. */
export interface PlaceColumns {
  readonly row: number;
  readonly imageId: string;
  readonly trust: Trust;
  readonly latest: 0 | 1;
  readonly name: string;
  readonly publisher: string | null;
  readonly ownerId: string | null;
  readonly createdAt: string | null;
  /** What tells which is newer; null: the names tell. */
  readonly orderedAt: string | null;
  readonly retiredAt: string | null;
}

export const PLACE = `id AS row, image_id AS imageId, name, trust, latest, publisher, owner_id AS ownerId,
  created_at AS createdAt, ordered_at AS orderedAt, retired_at AS retiredAt FROM images`;

/** The place of a row among those of its kind; of a present one while it is offered. Retired ones: the latest retired first. */
export function keyOf(row: PlaceColumns, kind: SegmentKind): number {
  if (kind === "retired") return Math.max(0, timeOf(row.retiredAt) ?? 0);
  const standing = standingOf({ ...row, isOffered: true, variant: variantOf(row), latest: row.latest === 1 });
  return orderKey(standing, timeOf(row.orderedAt));
}

/** What of a row the index holds. */
export interface IndexedRow extends SearchableRow {
  readonly row: number;
  readonly createdAt: string | null;
  readonly deprecatedAt: string | null;
  readonly line: string | null;
}

interface ImageRow extends IndexedRow, Omit<PlaceColumns, keyof SearchableRow> {
  readonly familyId: number;
}

/** An image's row and its place, of which the index is made. */
export interface IndexRow {
  readonly image: IndexedRow;
  /** See keyOf. */
  readonly key: number;
  /** The id of its family; 0 for one that is no build of anything. */
  readonly family: number;
}

/** Reads rows by their ids; undefined for those that there are not. Their keys are worked out unless they are known. */
export function openRowReader(
  db: Database.Database,
  kind: SegmentKind,
): (row: number, key?: number) => IndexRow | undefined {
  const select = db.prepare<[number], ImageRow>(
    `SELECT ${SEARCHABLE}, id AS row, created_at AS createdAt, ordered_at AS orderedAt, retired_at AS retiredAt,
       deprecated_at AS deprecatedAt, line, family_id AS familyId FROM images WHERE id = ?`,
  );
  const nameless = new Set(db.prepare<[], number>("SELECT id FROM families WHERE name = ''").pluck().all());
  return (row, key) => {
    const image = select.get(row);
    if (!image) return undefined;
    return { image, key: key ?? keyOf(image, kind), family: nameless.has(image.familyId) ? 0 : image.familyId };
  };
}

/** Makes of rows what the index takes. */
export function createRowIndexer(): (row: IndexRow) => IndexedImage {
  const values = createValues();
  return ({ image, key, family }) => {
    const deprecated = timeOf(image.deprecatedAt);
    return {
      row: image.row,
      key,
      created: timeOf(image.createdAt),
      deprecated,
      family,
      texts: textsOf(image),
      values: valuesOf(image, deprecated, values),
    };
  };
}

/** Reads images by their rows; undefined for those that there are not. */
export function openImageReader(db: Database.Database, kind: SegmentKind): (row: number) => IndexedImage | undefined {
  const [read, index] = [openRowReader(db, kind), createRowIndexer()];
  return (row) => {
    const image = read(row);
    return image && index(image);
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

/** The columns that hold the values of filters. */
const FILTER_COLUMNS = VALUE_FILTERS.flatMap(({ name, columns }) => columns.map((column) => ({ name, column })));

function valuesOf(row: IndexedRow, due: number | null, known: typeof valueOf): string[] {
  const values: string[] = [];
  for (const { name, column } of FILTER_COLUMNS) {
    const value = row[column];
    if (value) values.push(known(name, value));
  }
  if (row.os !== null) values.push(releaseValue(row.os, row.osVersion, row.osCodename));
  for (const version of versionsOf(row)) values.push(known("version", version));
  if (due !== null) values.push(known("due", dayOf(due)));
  if (row.line !== null) values.push(`${valuePrefix("line", "")}${row.line}`);
  if (row.latest === 1) values.push(known("latest", "true"));
  return values;
}

const LAST_DAY = Date.parse("9999-12-31");

/** The day of a time in milliseconds, in UTC; days are in the order of their texts. */
export function dayOf(time: number): string {
  return new Date(Math.min(LAST_DAY, Math.max(0, time))).toISOString().slice(0, 10);
}
