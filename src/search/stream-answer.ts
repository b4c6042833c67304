import type { EntryShape } from "../catalogue/read-entries.ts";
import { beginSnapshot, type Catalogue, openReader } from "../catalogue/open-catalogue.ts";
import { pausing } from "./in-turns.ts";
import { type Side, take } from "./look-up.ts";
import { mergeSources } from "./merge-sources.ts";
import { writeEntries } from "./write-entries.ts";

/** Entries that are read and written at a time. */
const CHUNK = 200;

/**
 * Pieces of a JSON array, from one state of the catalogue: a connection of its own keeps its transaction open. Undefined
 * where others may have their turn before the next piece.
 */
export function* streamAnswer(
  file: string,
  shape: EntryShape,
  open: (reader: Catalogue) => Generator<void, Side[]>,
): Generator<Buffer | undefined, void> {
  using reader = openReader(file);
  beginSnapshot(reader);
  const placed = mergeSources(reader.sqlite, yield* pausing(open(reader)));
  for (let before = "["; ; before = ",") {
    const found = yield* pausing(take(placed, 0, CHUNK));
    if (found.length > 0) yield* writeEntries(reader.sqlite, found, shape, before);
    else return yield Buffer.from(before === "[" ? "[]" : "]");
  }
}
