import type Database from "better-sqlite3";
import { readAge } from "../catalogue/read-images.ts";
import type { Found, SourceFinds } from "./find-in-source.ts";
import { type Age, compareAge, compareRank } from "./rank.ts";
import type { ViewSource } from "./view.ts";

/** A find, and the source that holds it. */
export interface Placed {
  readonly found: Found;
  readonly view: ViewSource;
}

interface Head extends Placed {
  found: Found;
  readonly rest: Iterator<Found>;
}

/** One order out of the orders of several sources. */
export function* mergeSources(
  db: Database.Database,
  sides: readonly { readonly view: ViewSource; readonly finds: SourceFinds }[],
): Generator<Placed> {
  const heads: Head[] = [];
  try {
    for (const { view, finds } of sides) {
      const rest = finds.inOrder()[Symbol.iterator]();
      const first = rest.next();
      if (!first.done) heads.push({ view, rest, found: first.value });
    }
    for (;;) {
      let best: Head | undefined;
      for (const head of heads) if (!best || isBefore(db, head, best)) best = head;
      if (!best) return;
      yield { found: best.found, view: best.view };
      const next = best.rest.next();
      if (next.done) heads.splice(heads.indexOf(best), 1);
      else best.found = next.value;
    }
  } finally {
    // A reader that stops early leaves statements open otherwise.
    for (const head of heads) head.rest.return?.();
  }
}

function isBefore(db: Database.Database, a: Head, b: Head): boolean {
  const order = compareRank(a.found, b.found);
  if (order !== 0) return order < 0;
  const age = compareAge(ageOf(db, a), ageOf(db, b));
  return age !== 0 ? age < 0 : a.view.source.id < b.view.source.id;
}

function ageOf(db: Database.Database, { found, view }: Placed): Age {
  return found.age ?? readAge(db, view.source.id, found.position);
}
