import { beginSnapshot, type Catalogue, openReader } from "../catalogue/open-catalogue.ts";
import { type Side, take } from "./look-up.ts";
import { mergeSources } from "./merge-sources.ts";
import { type EntryShape, writeEntries } from "./write-entries.ts";

/** Entries that are read and written at a time. */
const CHUNK = 200;

/** Pieces of a JSON array, from one state of the catalogue: a connection of its own keeps its transaction open. */
export function* streamAnswer(file: string, shape: EntryShape, open: (reader: Catalogue) => Side[]): Generator<string> {
  using reader = openReader(file);
  beginSnapshot(reader);
  const placed = mergeSources(reader.sqlite, open(reader));
  let separator = "[";
  try {
    for (;;) {
      const entries = writeEntries(reader.sqlite, take(placed, 0, CHUNK), shape);
      if (entries.length === 0) break;
      yield separator + entries.join(",");
      separator = ",";
    }
    yield separator === "[" ? "[]" : "]";
  } finally {
    placed.return(undefined);
  }
}
