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

/** Scores of families: of those that are of the catalogue's state. */
export type ScoredFamilies = Pick<FamilyIndex, "score" | "isCurrent">;

/** Thrown where an order needs the scores of families that are not of the catalogue's state yet: whoever waits for them may try again. */
export class FamiliesBehind extends Error {
  override name = "FamiliesBehind";
}

/** Throws FamiliesBehind unless the families are those of the view. */
export function assertCurrent(families: Pick<FamilyIndex, "isCurrent">, { sources }: View): void {
  if (!families.isCurrent(sources.map(({ source }) => source))) throw new FamiliesBehind();
}

/** Does work, and again after `wait` for as long as it needs families that are behind. */
export async function withFamilies<T>(work: () => Promise<T>, wait: () => Promise<unknown>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FamiliesBehind)) throw error;
    }
    await wait();
  }
}

/** Looks a query up in every source of a view. Its order may throw FamiliesBehind. */
export function lookUp(searched: Searched, view: View, query: PreparedQuery, families: ScoredFamilies): Side[] {
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
  families: ScoredFamilies,
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

/** The family index's scores of a query in a view, by family id. Throws FamiliesBehind. */
export function scoresFor(view: View, { term }: PreparedQuery, families: ScoredFamilies): ReadonlyMap<number, number> {
  const words = term.words.flatMap((word) => word.runs.flat());
  if (words.length === 0) return new Map();
  assertCurrent(families, view);
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
