import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { type EntryShape, readEntries } from "../../catalogue/read/read-entries.ts";
import type { Placed } from "./merge-sources.ts";
import type { ViewSource } from "../find/view.ts";

/**
 * Entries as pieces of a JSON array in UTF-8, in their order; `before` ("[" or ",") stands in front of the first. The rows of
 * each run of one source are read in one go.
 */
export function* writeEntries(
  catalogue: Catalogue,
  placed: readonly Placed[],
  shape: EntryShape,
  before: string,
): Generator<Buffer> {
  let separator = before;
  for (const run of runsOf(placed)) {
    const starred = run.finds.filter((found) => found.starred).map((found) => found.rowId);
    const rows = run.finds.map((found) => found.rowId);
    const { source, backendId } = run.view;
    yield readEntries(catalogue, { sourceId: source.id, backendId, rows, starred }, shape, separator);
    separator = ",";
  }
}

interface WrittenRun {
  readonly view: ViewSource;
  readonly finds: Placed["found"][];
}

function runsOf(placed: readonly Placed[]): WrittenRun[] {
  const runs: WrittenRun[] = [];
  for (const { view, found } of placed) {
    const last = runs.at(-1);
    if (last?.view === view) last.finds.push(found);
    else runs.push({ view, finds: [found] });
  }
  return runs;
}
