import type { EntryShape } from "../../catalogue/read/read-entries.ts";
import { beginSnapshot, type Catalogue, openReader } from "../../catalogue/file/open-catalogue.ts";
import { type Side, take } from "../find/look-up.ts";
import type { SortOrder } from "../term/image-query.ts";
import { placedInOrder } from "./sort-finds.ts";
import { writeEntries } from "./write-entries.ts";

/** Entries that are read and written at a time. */
const CHUNK = 200;

/**
 * Pieces of a JSON array, from one state of the catalogue: its own connection keeps a transaction open. `undefined`: other
 * requests may run before the next piece. `open` looks the query up in that state; it returns undefined if another state must
 * be tried.
 */
export function* streamAnswer(
  file: string,
  { sort, ...shape }: EntryShape & { readonly sort?: SortOrder | undefined },
  open: (reader: Catalogue) => readonly Side[] | undefined,
): Generator<Buffer | undefined, void> {
  for (;;) {
    using reader = openReader(file);
    beginSnapshot(reader);
    const sides = open(reader);
    if (sides) return yield* pieces(reader, shape, sides, sort);
    yield undefined;
  }
}

function* pieces(
  reader: Catalogue,
  shape: EntryShape,
  sides: readonly Side[],
  sort: SortOrder | undefined,
): Generator<Buffer, void> {
  const placed = placedInOrder(reader, sides, sort);
  for (let before = "["; ; before = ",") {
    const found = take(placed, 0, CHUNK);
    if (found.length > 0) yield* writeEntries(reader, found, shape, before);
    else return yield Buffer.from(before === "[" ? "[]" : "]");
  }
}
