import type { JSX } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import { entryKey } from "../results/fold-families.ts";
import { moveAmongRows } from "../results/move-among-rows.ts";
import { useMore } from "../results/use-more.ts";
import { indexOfRow, useRowFocus } from "../results/use-row-focus.ts";
import type { SearchResults, Search } from "../results/use-search.ts";
import { useWindowRows } from "../results/use-window-rows.ts";
import type { Entry } from "../server/answers.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, PageView } from "../view.ts";
import { ColumnChoice } from "./column-choice.tsx";
import { columnsOf } from "./columns.tsx";
import { spread } from "./spread.ts";
import "./table.css";
import { TableHead } from "./table-head.tsx";
import { TableRow } from "./table-row.tsx";

interface ResultTableProps {
  readonly view: PageView;
  readonly found: SearchResults;
  readonly search: Search;
  readonly catalogue: ShownCatalogue;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** About as high as a row is. */
const ROW_HEIGHT = 34;

/** What was found as a table, an image a row: those rows that are in sight. */
export function ResultTable({ view, found, search, catalogue, onChange, onStar }: ResultTableProps): JSX.Element {
  const { image } = view;
  const { entries } = found;
  const columns = columnsOf(view);
  const backends = useMemo(() => new Map(catalogue.backends?.map((each) => [each.id, each])), [catalogue.backends]);
  const [focused, setFocused] = useState(-1);
  const shown = image ? entries.findIndex((entry) => isOf(entry, image)) : -1;
  const keyOf = useCallback((index: number) => keyAt(entries, index), [entries]);
  const { list, rows, height, top, isPrinting, measure, showRow } = useWindowRows<HTMLTableSectionElement>({
    about: found.key,
    count: entries.length,
    rowHeight: ROW_HEIGHT,
    keyOf,
    kept: [focused, shown],
  });
  useMore(search, found, entries.length, rows.at(-1)?.index ?? -1);
  const focusRow = useRowFocus(list, showRow);
  const lines = isPrinting
    ? entries.map((_, index) => ({ kind: "row" as const, index }))
    : spread(rows, { top, height });
  return (
    <>
      <ColumnChoice view={view} onChange={onChange} />
      <div class="table-frame">
        <table class="images" aria-rowcount={found.total + 1} data-term={found.term}>
          <caption class="visually-hidden">Images</caption>
          <TableHead view={view} columns={columns} onChange={onChange} />
          <tbody
            ref={list}
            onKeyDown={(event) => moveAmongRows(event, (end) => focusRow(end === "first" ? 0 : entries.length - 1))}
            onFocusCapture={(event) => setFocused(indexOfRow(event.target))}
            onBlurCapture={() => setFocused(-1)}
          >
            {lines.map((line) => {
              if (line.kind === "gap") return <Gap key={`gap ${line.after}`} height={line.height} />;
              const entry = entries[line.index];
              return (
                entry && (
                  <TableRow
                    key={entryKey(entry)}
                    measure={measure}
                    index={line.index}
                    entry={entry}
                    columns={columns}
                    context={{ term: found.term, backends }}
                    view={view}
                    isShown={line.index === shown}
                    onChange={onChange}
                    onStar={onStar}
                  />
                )
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function isOf({ id, backend_id: backend }: Entry, image: ImageRef): boolean {
  return id === image.id && backend === image.backend;
}

function keyAt(entries: readonly Entry[], index: number): string {
  const entry = entries[index];
  return entry ? entryKey(entry) : String(index);
}

/** In place of rows that are out of sight. */
function Gap({ height }: { height: number }): JSX.Element {
  return <tr class="gap" aria-hidden="true" style={{ height: `${height}px` }} />;
}
