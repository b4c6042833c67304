import { plainSpelling } from "../../catalogue/facts/fact-spellings.ts";
import { wordsOf } from "../../fold.ts";
import { once } from "../../once.ts";
import type { FamilyIndex } from "../families/family-index.ts";
import { matchSource, matchSources, type Searched } from "./match-sources.ts";
import { orderMatches, type SourceFinds } from "../answer/order-matches.ts";
import type { PreparedQuery } from "../term/image-query.ts";
import type { Placed } from "../answer/merge-sources.ts";
import { sourceIdsOf, type View, type ViewSource } from "./view.ts";

/** A source of a view, and the matches of a query in it. */
export interface Side {
  readonly view: ViewSource;
  readonly finds: SourceFinds;
}

const NO_STARS: ReadonlySet<string> = new Set();

/** Looks a query up in every source of a view. */
export function lookUp(
  searched: Searched,
  view: View,
  query: PreparedQuery,
  families: Pick<FamilyIndex, "score">,
): Side[] {
  const scores = once(() => scoresFor(view, query, families));
  const sources = view.sources.map((source) => starredFor(source, query));
  const matches = matchSources(searched, sources, query);
  return sources.flatMap((source, at) => {
    const found = matches[at];
    return found ? { view: source, finds: orderMatches(searched.catalogue, source, query, found, scores) } : [];
  });
}

/** The same one source after the other, for a query without `latest`, which compares sources. */
export function sourceLookUp(
  searched: Searched,
  view: View,
  query: PreparedQuery,
  families: Pick<FamilyIndex, "score">,
): (source: ViewSource) => Side {
  const scores = once(() => scoresFor(view, query, families));
  return (shown) => {
    const source = starredFor(shown, query);
    const found = matchSource(searched, source, query);
    return { view: source, finds: orderMatches(searched.catalogue, source, query, found, scores) };
  };
}

function starredFor(source: ViewSource, { ignoresStars }: PreparedQuery): ViewSource {
  return ignoresStars ? { ...source, starred: NO_STARS } : source;
}

/** The family index's scores of a query in a view, by family id. */
export function scoresFor(
  view: View,
  { term }: PreparedQuery,
  families: Pick<FamilyIndex, "score">,
): ReadonlyMap<number, number> {
  const words = term.words.flatMap((word) => word.runs.flat());
  const sourceIds = sourceIdsOf(view);
  const scores = families.score(words, sourceIds);
  // Families do not have the spellings of facts.
  const plain = words.flatMap((word) => wordsOf(plainSpelling(word)));
  return scores.size > 0 || plain.join(" ") === words.join(" ") ? scores : families.score(plain, sourceIds);
}

export function countFinds(sides: readonly Side[]): number {
  return sides.reduce((sum, { finds }) => sum + finds.count, 0);
}

/** The next matches of an order, after `offset` others. */
export function take(placed: Iterator<Placed>, offset: number, limit: number): Placed[] {
  const taken: Placed[] = [];
  for (let at = 0; taken.length < limit; at++) {
    const { done, value } = placed.next();
    if (done) break;
    if (at >= offset) taken.push(value);
  }
  return taken;
}
