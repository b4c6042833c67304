import { begunWith } from "../../catalogue/index/find-tokens.ts";
import { type Facet, FACETS } from "../../catalogue/facts/filter-table.ts";
import { shownValue } from "../../catalogue/index/indexed-image.ts";
import { countIn } from "../../catalogue/index/posting-lists.ts";
import type { CandidateRow } from "../../catalogue/read/read-images.ts";
import type { SegmentFinds } from "./find-in-segment.ts";
import { matchSources, type Searched } from "./match-sources.ts";
import { type ImageQuery, type PreparedQuery, prepareQuery } from "../term/image-query.ts";
import type { View } from "./view.ts";

/** A value of a facet, and how many of the found images have it. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** By facet, in the order of their table. */
export type FacetCounts = Readonly<Record<string, readonly FacetValue[]>>;

/** The most values of one facet that an answer has. */
const MAX_VALUES = 20;

/**
 * Counts the images that a query finds by the values of each facet; a facet is counted without the query's own filter on it,
 * so that it shows what else could be chosen.
 */
export function countFacets(searched: Searched, view: View, query: ImageQuery, now: string): FacetCounts {
  const counts = tally(searched, view, prepareQuery(query, now), FACETS);
  for (const facet of FACETS.filter(({ property }) => query[property] !== undefined)) {
    const open = prepareQuery({ ...query, [facet.property]: undefined }, now);
    for (const [name, values] of tally(searched, view, open, [facet])) counts.set(name, values);
  }
  return Object.fromEntries([...counts].map(([name, values]) => [name, mostFrequent(values)]));
}

type FacetEntry = (typeof FACETS)[number];
type Tally = Map<Facet, Map<string, number>>;
type Add = (facet: Facet, value: string, count: number) => void;

function tally(searched: Searched, view: View, query: PreparedQuery, facets: readonly FacetEntry[]): Tally {
  const counts: Tally = new Map(facets.map(({ name }) => [name, new Map<string, number>()]));
  const add: Add = (facet, value, count) => {
    const values = counts.get(facet);
    values?.set(value, (values.get(value) ?? 0) + count);
  };
  for (const { rows, segments } of matchSources(searched, view.sources, query)) {
    for (const row of rows ?? []) addRow(row, facets, add);
    for (const finds of segments) addFound(finds, facets, add);
  }
  return counts;
}

function addRow(row: CandidateRow, facets: readonly FacetEntry[], add: Add): void {
  for (const { name, property } of facets) {
    const value = row[property];
    if (value) add(name, value, 1);
  }
}

function addFound({ open: { segment }, found }: SegmentFinds, facets: readonly FacetEntry[], add: Add): void {
  for (const { name } of facets) {
    const [from, to] = begunWith(segment.values, `${name}=`);
    for (let at = from; at < to; at++) {
      const count = countIn(found, segment.valueLists, at);
      if (count > 0) add(name, shownValue(segment.values.at(at)), count);
    }
  }
}

function mostFrequent(counts: ReadonlyMap<string, number>): FacetValue[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_VALUES);
}
