import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { compareFound, type Found, type SourceFinds } from "./order-matches.ts";
import type { ViewSource } from "../find/view.ts";

/** A find, and the source that holds it. */
export interface Placed {
  readonly found: Found;
  readonly view: ViewSource;
}

interface SourceHead extends Placed {
  found: Found;
  readonly rest: Iterator<Found>;
}

/** Merges the orders of several sources into one. */
export function* mergeSources(
  catalogue: Catalogue,
  sides: readonly { readonly view: ViewSource; readonly finds: SourceFinds }[],
): Generator<Placed, void> {
  const heads: SourceHead[] = [];
  for (const { view, finds } of sides) {
    const rest = finds.inOrder()[Symbol.iterator]();
    const { done, value } = rest.next();
    if (!done) heads.push({ view, rest, found: value });
  }
  for (;;) {
    let best: SourceHead | undefined;
    for (const head of heads) if (!best || isBefore(catalogue, head, best)) best = head;
    if (!best) return;
    yield { found: best.found, view: best.view };
    const { done, value } = best.rest.next();
    if (done) heads.splice(heads.indexOf(best), 1);
    else best.found = value;
  }
}

function isBefore(catalogue: Catalogue, a: SourceHead, b: SourceHead): boolean {
  return (compareFound(catalogue, a.found, b.found) || a.view.source.id - b.view.source.id) < 0;
}
