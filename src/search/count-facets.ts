import { begunWith } from "../catalogue/index/find-tokens.ts";
import { FACETS, type Facet, shownValue } from "../catalogue/index/indexed-image.ts";
import { countIn } from "../catalogue/index/posting-lists.ts";
import type { CandidateRow } from "../catalogue/read-images.ts";
import { foldedFields } from "../catalogue/searched-texts.ts";
import { findInSegment, type SegmentFinds } from "./find-in-segment.ts";
import { readListed, type Searched } from "./find-in-source.ts";
import { type Filters, type ImageQuery, type PreparedQuery, prepareQuery } from "./image-query.ts";
import type { View } from "./view.ts";

/** A value of a facet, and how many of the found images have it. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export type FacetCounts = Readonly<Record<Facet, readonly FacetValue[]>>;

/** Values of one facet that are told. */
const MAX_VALUES = 20;

/** The facet that each of a query's own filters is about. */
const FILTER_OF: Readonly<Record<Facet, keyof ImageQuery & keyof Filters>> = {
  architecture: "architecture",
  platform: "platform",
  publisher: "publisher",
  trust: "trust",
  visibility: "visibility",
  root_device_type: "rootDevice",
};

/**
 * Counts the images that a query finds by the values of each facet; a facet is counted without the query's own filter on it,
 * so that it shows what else could be chosen.
 */
export function countFacets(searched: Searched, view: View, query: ImageQuery, now: string): FacetCounts {
  const filtered = FACETS.filter((facet) => query[FILTER_OF[facet]] !== undefined);
  const counts = tally(searched, view, prepareQuery(query, now), FACETS);
  for (const facet of filtered) {
    const open = prepareQuery({ ...query, [FILTER_OF[facet]]: undefined }, now);
    counts[facet] = tally(searched, view, open, [facet])[facet];
  }
  return {
    architecture: mostFrequent(counts.architecture),
    platform: mostFrequent(counts.platform),
    publisher: mostFrequent(counts.publisher),
    trust: mostFrequent(counts.trust),
    visibility: mostFrequent(counts.visibility),
    root_device_type: mostFrequent(counts.root_device_type),
  };
}

type Tally = Record<Facet, Map<string, number>>;
type Add = (facet: Facet, value: string, count: number) => void;

function tally({ db, index }: Searched, view: View, query: PreparedQuery, facets: readonly Facet[]): Tally {
  const counts: Tally = {
    architecture: new Map(),
    platform: new Map(),
    publisher: new Map(),
    trust: new Map(),
    visibility: new Map(),
    root_device_type: new Map(),
  };
  const add: Add = (facet, value, count) => counts[facet].set(value, (counts[facet].get(value) ?? 0) + count);
  for (const side of view.sources) {
    const listed = readListed(db, side, query);
    for (const row of listed ?? [])
      if (!side.hidden.has(row.rowId) && query.finds(row, foldedFields(row))) addRow(row, facets, add);
    if (listed) continue;
    for (const open of index.segmentsOf(side.source.id, "present"))
      addFound(findInSegment(index, open, query, side.hidden), facets, add);
  }
  return counts;
}

function addRow({ rootDevice, ...row }: CandidateRow, facets: readonly Facet[], add: Add): void {
  const values = { ...row, root_device_type: rootDevice };
  for (const facet of facets) if (values[facet]) add(facet, values[facet], 1);
}

function addFound({ open: { segment }, found }: SegmentFinds, facets: readonly Facet[], add: Add): void {
  for (const facet of facets) {
    const [from, to] = begunWith(segment.values, `${facet}=`);
    for (let at = from; at < to; at++) {
      const count = countIn(found, segment.valueLists, at);
      if (count > 0) add(facet, shownValue(segment.values.at(at)), count);
    }
  }
}

function mostFrequent(counts: ReadonlyMap<string, number>): FacetValue[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_VALUES);
}
