import type Database from "better-sqlite3";
import { type AskedFilter, FACETS, type FilterValues } from "./filter-table.ts";
import { facetMatch, substringMatch, wordsMatch } from "./grams.ts";
import { type PositionRange, positionSlices } from "./positions.ts";
import { createStatements, createValueStatements } from "./statements.ts";
import { textIndexOf } from "./text-index.ts";

/** What may be asked of images beside a term. Values are folded; times are ISO 8601. */
export interface Filters {
  readonly values?: readonly AskedFilter[];
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  /** Whether the deprecation time has come by `now`. */
  readonly deprecated?: { readonly is: boolean; readonly now: string } | undefined;
  readonly latest?: boolean | undefined;
  /** A folded text that must stand in the id or the name. */
  readonly literal?: string | undefined;
}

/** A word that must be found: its text, and its runs of letters and digits. */
export interface SoughtWord {
  readonly text: string;
  readonly parts: readonly string[];
}

/** A question to one source's index. */
export interface Sought {
  readonly words: readonly SoughtWord[];
  readonly filters: Filters;
  /** Words begun with fewer letters count only as whole words. */
  readonly minPrefix: number;
}

const numbers = createValueStatements<number>();
const facetCounts = createStatements<FacetRow>();

const NAME = "name_words:";
/** Words are marked: no other column has them, and a column that is named FTS5 would look up for each image. */
const ANY = "";

/**
 * MATCH expressions for the five classes of fit, best first, each without the better ones. A class that
 * cannot hold anything is undefined.
 */
export function fitExpressions(sought: Sought): (string | undefined)[] {
  const all = matchExpression(sought);
  const words = sought.words.filter((word) => word.parts.length > 0);
  if (words.length === 0) return [all];
  const of = (columns: string, mayBegin: boolean): string =>
    words
      .map(({ parts }) => wordsMatch(columns, parts, mayBegin && (parts.at(-1)?.length ?? 0) >= sought.minPrefix))
      .join(" AND ");
  const [name, any, nameStart, anyStart] = [of(NAME, false), of(ANY, false), of(NAME, true), of(ANY, true)];
  // A word that is one run of letters and digits is a substring wherever it is, or begins, a word.
  const others = matchExpression({ ...sought, words: sought.words.filter(({ text, parts }) => parts[0] !== text) });
  const both = (fit: string): string => (others === "" ? fit : `(${others}) AND ${fit}`);
  return [
    both(name),
    `(${both(any)}) NOT (${name})`,
    nameStart === name ? undefined : `(${both(nameStart)}) NOT (${any})`,
    anyStart === any ? undefined : `(${both(anyStart)}) NOT ((${any}) OR (${nameStart}))`,
    `(${all}) NOT (${anyStart})`,
  ];
}

/** The MATCH expression for all that is sought; empty when nothing but times is. */
export function matchExpression({ words, filters }: Sought): string {
  return [
    ...words.map((word) => substringMatch(word.text)),
    ...(filters.values ?? []).map(({ name, values }) => anyOf(values.map((value) => facetMatch(name, value)))),
    ...(filters.latest ? [facetMatch("latest", "true")] : []),
  ].join(" AND ");
}

function anyOf(expressions: readonly string[]): string {
  return expressions.length === 1 ? expressions.join("") : `(${expressions.join(" OR ")})`;
}

/** The images of a source that a MATCH expression and filters find. */
export interface Findable {
  readonly source: { readonly id: number; readonly imageCount: number };
  readonly expression: string;
  readonly filters: Filters;
}

/** Positions that are read at a time: more and more, for who reads on wants them all. */
const FIRST_CHUNK = 96;
const LAST_CHUNK = 16_384;

/**
 * Yields the positions of what is found, highest (best) first; with `below`, only lower ones. After each look at the index it
 * yields undefined: nothing is open then, and others may have their turn.
 */
export function* findPositions(
  db: Database.Database,
  { source, expression, filters }: Findable,
  below?: number,
): Generator<number | undefined, void> {
  const { sql, values } = compose(source.id, expression, filters);
  // FTS5 disregards limits that are not integers, and JavaScript's numbers arrive as reals.
  const select = (range: string): string =>
    `SELECT ${sql.position} ${sql.from} ${range} ORDER BY ${sql.position} DESC LIMIT CAST(? AS INTEGER)`;
  let end = below;
  for (let chunk = FIRST_CHUNK; ; chunk = Math.min(chunk * 4, LAST_CHUNK)) {
    const positions =
      end === undefined
        ? numbers(db, select("")).all(...values, chunk)
        : numbers(db, select(`AND ${sql.position} < CAST(? AS INTEGER)`)).all(...values, end, chunk);
    yield* positions;
    yield undefined;
    if (positions.length < chunk) return;
    end = positions.at(-1);
  }
}

/** Images that are counted in one step, which takes some milliseconds. */
const SLICE = 65_536;

/** How many images are found, worked out in steps of about `slice` images. */
export function* countInSlices(
  db: Database.Database,
  { source, expression, filters }: Findable,
  slice = SLICE,
): Generator<void, number> {
  // To find where slices begin takes longer than to count what a narrow term finds.
  if (source.imageCount <= slice) return countPositions(db, { sourceId: source.id }, expression, filters);
  let sum = 0;
  for (const range of positionSlices(db, source.id, slice)) {
    sum += countPositions(db, range, expression, filters);
    yield;
  }
  return sum;
}

/** How many images a MATCH expression finds in a source, or in a range of its positions, the ends included. */
export function countPositions(
  db: Database.Database,
  { sourceId, ...range }: { readonly sourceId: number } | PositionRange,
  expression: string,
  filters: Filters,
): number {
  const { sql, values } = compose(sourceId, expression, filters);
  const count = `SELECT count(*) ${sql.from}`;
  if (!("from" in range)) return numbers(db, count).get(...values) ?? 0;
  // See findPositions.
  const between = `${sql.position} BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)`;
  return numbers(db, `${count} AND ${between}`).get(...values, range.from, range.to) ?? 0;
}

/** How many images have these values. */
export type FacetRow = FilterValues & { readonly count: number };

/** Counts what a MATCH expression finds in a range of a source's positions, by the values of facets. */
export function countByFacets(
  db: Database.Database,
  { sourceId, from, to }: PositionRange,
  expression: string,
  filters: Filters,
): FacetRow[] {
  const conditions = rowConditions(filters);
  const found =
    expression === ""
      ? ""
      : `AND f.position IN (SELECT rowid FROM ${textIndexOf(sourceId)} WHERE ${textIndexOf(sourceId)} MATCH @expression
           AND rowid BETWEEN CAST(@from AS INTEGER) AND CAST(@to AS INTEGER))`;
  const rows =
    conditions.length === 0
      ? ""
      : `JOIN images i ON i.id = f.id ${conditions.map(([sql], at) => `AND ${named(sql, at)}`).join(" ")}`;
  const columns = FACETS.map(({ name }) => `f.${name}`).join(", ");
  const told = FACETS.map(({ name, property }) =>
    name === "hidden" ? "iif(f.hidden, 'true', 'false') AS hidden" : `f.${name} AS ${property}`,
  ).join(", ");
  const values = conditions.flatMap(([, ...given], at) => given.map((value, n) => [`v${at}_${n}`, value]));
  return facetCounts(
    db,
    `SELECT ${told}, count(*) AS count FROM images f INDEXED BY images_by_facets ${rows}
     WHERE f.source_id = @sourceId AND f.position BETWEEN @from AND @to AND f.position IS NOT NULL ${found} GROUP BY ${columns}`,
  ).all({ sourceId, from, to, ...(expression !== "" && { expression }), ...Object.fromEntries(values) });
}

/** A condition with its question marks named. */
function named(condition: string, at: number): string {
  let n = 0;
  return condition.replace(/\?/g, () => `@v${at}_${n++}`);
}

function compose(
  sourceId: number,
  expression: string,
  filters: Filters,
): { sql: { position: string; from: string }; values: unknown[] } {
  const index = textIndexOf(sourceId);
  const conditions = rowConditions(filters);
  const condition = conditions.map(([sql]) => ` AND ${sql}`).join("");
  const values = conditions.flatMap(([, ...value]) => value);
  if (expression === "") {
    const from = `FROM images i WHERE i.source_id = ? AND i.position IS NOT NULL${condition}`;
    return { sql: { position: "i.position", from }, values: [sourceId, ...values] };
  }
  const join = conditions.length > 0 ? `JOIN images i ON i.source_id = ${sourceId} AND i.position = t.rowid` : "";
  const from = `FROM ${index} t ${join} WHERE t.${index} MATCH ?${condition}`;
  return { sql: { position: "t.rowid", from }, values: [expression, ...values] };
}

/** What the text index does not know: asked of the rows that it finds. */
function rowConditions({ createdAfter, createdBefore, deprecated, literal }: Filters): [string, ...string[]][] {
  const conditions: [string, ...string[]][] = [];
  if (createdAfter !== undefined) conditions.push(["i.created_at >= ?", createdAfter]);
  if (createdBefore !== undefined) conditions.push(["i.created_at < ?", createdBefore]);
  if (deprecated?.is === true) conditions.push(["i.deprecated_at <= ?", deprecated.now]);
  if (deprecated?.is === false) conditions.push(["(i.deprecated_at IS NULL OR i.deprecated_at > ?)", deprecated.now]);
  if (literal !== undefined) {
    conditions.push(["(instr(i.folded_name, ?) > 0 OR instr(fold(i.image_id), ?) > 0)", literal, literal]);
  }
  return conditions;
}
