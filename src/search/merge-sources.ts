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
  readonly rest: Iterator<Found | undefined>;
}

/** One order out of the orders of several sources, with their pauses. */
export function* mergeSources(
  db: Database.Database,
  sides: readonly { readonly view: ViewSource; readonly finds: SourceFinds }[],
): Generator<Placed | undefined, void> {
  const heads: Head[] = [];
  for (const { view, finds } of sides) {
    const rest = finds.inOrder()[Symbol.iterator]();
    const found = yield* nextOf(rest);
    if (found) heads.push({ view, rest, found });
  }
  for (;;) {
    let best: Head | undefined;
    for (const head of heads) if (!best || isBefore(db, head, best)) best = head;
    if (!best) return;
    yield { found: best.found, view: best.view };
    const next = yield* nextOf(best.rest);
    if (next) best.found = next;
    else heads.splice(heads.indexOf(best), 1);
  }
}

/** Pauses with the source; undefined at its end. */
function* nextOf(rest: Iterator<Found | undefined>): Generator<undefined, Found | undefined> {
  for (;;) {
    const { done, value } = rest.next();
    if (done) return undefined;
    if (value) return value;
    yield undefined;
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
