import { LRUCache } from "lru-cache";
import { askedTerm } from "../record/asked-terms.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Source } from "../record/sources.ts";

/** About as many terms as somebody may ask for again soon. */
const KEPT = 1_000;

/** Why the last search for a term failed, by source and term. */
export interface FindFailures {
  /** Undefined if it succeeded, or was not made by this process. */
  of(sourceId: number, term: string): string | undefined;
  /** Replaces the earlier reason; undefined: the cloud answered. */
  note(sourceId: number, term: string, reason: string | undefined): void;
}

export function createFailures(): FindFailures {
  const kept = new LRUCache<string, string>({ max: KEPT });
  return {
    of: (sourceId, term) => kept.get(`${sourceId} ${term}`),
    note(sourceId, term, reason) {
      if (reason === undefined) kept.delete(`${sourceId} ${term}`);
      else kept.set(`${sourceId} ${term}`, reason);
    },
  };
}

/** Why it is unknown what a source has for a term, according to the catalogue; undefined if its cloud ever answered. */
export function whyUnasked(catalogue: Catalogue, source: Source, term: string): string | undefined {
  const asked = askedTerm(catalogue, source.id, term);
  if (!asked) return "was not searched for this term yet";
  return asked.found === null ? "did not answer the search" : undefined;
}
