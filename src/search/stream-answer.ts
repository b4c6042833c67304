import type { EntryShape } from "../catalogue/read-entries.ts";
import { beginSnapshot, type Catalogue, openReader } from "../catalogue/open-catalogue.ts";
import { type Side, take } from "./look-up.ts";
import { mergeSources } from "./merge-sources.ts";
import { writeEntries } from "./write-entries.ts";

/** Entries that are read and written at a time. */
const CHUNK = 200;

/** Pieces of a JSON array, from one state of the catalogue: a connection of its own keeps its transaction open. */
export function* streamAnswer(file: string, shape: EntryShape, open: (reader: Catalogue) => Side[]): Generator<Buffer> {
  using reader = openReader(file);
  beginSnapshot(reader);
  const placed = mergeSources(reader.sqlite, open(reader));
  let before = "[";
  try {
    for (;;) {
      const found = take(placed, 0, CHUNK);
      if (found.length === 0) break;
      yield* writeEntries(reader.sqlite, found, shape, before);
      before = ",";
    }
    yield Buffer.from(before === "[" ? "[]" : "]");
  } finally {
    placed.return(undefined);
  }
}
