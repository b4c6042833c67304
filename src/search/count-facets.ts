import type Database from "better-sqlite3";
import { type Facet, FACETS, type FilterValues } from "../catalogue/filter-table.ts";
import { countByFacets, matchExpression } from "../catalogue/find-positions.ts";
import { positionSlices } from "../catalogue/positions.ts";
import { readAtPositions, readWithIds, readFamily, type CandidateRow } from "../catalogue/read-images.ts";
import { foldedFields } from "../catalogue/text-index.ts";
import { type ImageQuery, prepareQuery, type PreparedQuery } from "./image-query.ts";
import type { View, ViewSource } from "./view.ts";

/** A value of a facet, and how many of the found images have it. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** By facet, in the order of their table. */
export type FacetCounts = Readonly<Record<string, readonly FacetValue[]>>;

/** Values of one facet that are told. */
const MAX_VALUES = 20;
/** Images that are counted in one step. */
const SLICE = 16_384;

/**
 * Counts the images that a query finds by the values of each facet; a facet is counted without the query's own filter on it,
 * so that it shows what else could be chosen. In steps of some milliseconds.
 */
export function* countFacets(
  db: Database.Database,
  view: View,
  query: ImageQuery,
  now: string,
): Generator<void, FacetCounts> {
  const counts = yield* tally(db, view, prepareQuery(query, now));
  for (const { name, property } of FACETS) {
    if (query[property] === undefined) continue;
    const others = yield* tally(db, view, prepareQuery({ ...query, [property]: undefined }, now));
    counts.set(name, others.get(name) ?? new Map());
  }
  return Object.fromEntries(FACETS.map(({ name }) => [name, mostFrequent(counts.get(name) ?? new Map())]));
}

type Tally = Map<Facet, Map<string, number>>;

function* tally(db: Database.Database, view: View, query: PreparedQuery): Generator<void, Tally> {
  const counts: Tally = new Map(FACETS.map(({ name }) => [name, new Map<string, number>()]));
  const add = (row: FilterValues, count: number): void => {
    for (const { name, property } of FACETS) {
      const value = row[property];
      const values = counts.get(name);
      if (value && values) values.set(value, (values.get(value) ?? 0) + count);
    }
  };
  for (const side of view.sources) {
    const listed = listedRows(db, side, query);
    if (listed) {
      for (const row of visibleRows(side, query, listed)) add(row, 1);
      continue;
    }
    for (const range of positionSlices(db, side.source.id, SLICE)) {
      for (const row of countByFacets(db, range, matchExpression(query.sought), query.filters)) add(row, row.count);
      yield;
    }
    const hidden = readAtPositions(db, side.source.id, [...side.hidden]);
    for (const row of hidden) if (query.finds(row, foldedFields(row))) add(row, -1);
  }
  return counts;
}

/** The rows to look at one by one, where a query names them: stars, a family. */
function listedRows(db: Database.Database, side: ViewSource, query: PreparedQuery): CandidateRow[] | undefined {
  if (query.family !== undefined) {
    const rows = readFamily(db, side.source.id, query.family);
    return query.starredOnly ? rows.filter(({ imageId }) => side.starred.has(imageId)) : rows;
  }
  return query.starredOnly ? readWithIds(db, side.source.id, [...side.starred]) : undefined;
}

function visibleRows(side: ViewSource, query: PreparedQuery, rows: readonly CandidateRow[]): CandidateRow[] {
  return rows.filter((row) => !side.hidden.has(row.position) && query.finds(row, foldedFields(row)));
}

function mostFrequent(counts: ReadonlyMap<string, number>): FacetValue[] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_VALUES);
}
