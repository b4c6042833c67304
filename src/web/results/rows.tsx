import type { JSX } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { Entry } from "../server/answers.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, PageView } from "../view.ts";
import { foldFamilies } from "./fold-families.ts";
import { moveAmongRows } from "./move-among-rows.ts";
import { ResultRow } from "./result-row.tsx";
import { useMore } from "./use-more.ts";
import { indexOfRow, useRowFocus } from "./use-row-focus.ts";
import type { SearchResults, Search } from "./use-search.ts";
import { useWindowRows } from "./use-window-rows.ts";

interface RowsProps {
  readonly view: PageView;
  readonly found: SearchResults;
  readonly search: Search;
  readonly catalogue: ShownCatalogue;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** About as high as a family without its builds is. */
const ROW_HEIGHT = 58;

/** Families, each with its best build on top: those of the list that are in sight. */
export function Rows({ view, found, search, catalogue, onChange, onStar }: RowsProps): JSX.Element {
  const { image, backend } = view;
  const folds = useMemo(() => foldFamilies(found.entries), [found.entries]);
  const titles = useMemo(() => new Map(catalogue.backends?.map(({ id, title }) => [id, title])), [catalogue.backends]);
  const { isExpanded, expand } = useExpanded(found.key);
  const [focused, setFocused] = useState(-1);
  const shown = image ? folds.findIndex(({ lead }) => lead.id === image.id && lead.backend_id === image.backend) : -1;
  const keyOf = useCallback((index: number) => folds[index]?.key ?? String(index), [folds]);
  const { list, rows, height, top, isPrinting, measure, showRow } = useWindowRows<HTMLOListElement>({
    about: found.key,
    count: folds.length,
    rowHeight: ROW_HEIGHT,
    keyOf,
    kept: [focused, shown],
  });
  useMore(search, found, folds.length, rows.at(-1)?.index ?? -1);
  const focusRow = useRowFocus(list, showRow);
  const all = isPrinting ? folds.map((_, index) => ({ index, start: 0 })) : rows;
  // -1: the number of rows is not known yet.
  const size = found.loaded < found.total ? -1 : folds.length;
  const titleOf = (id: string): string | null => (backend === null ? (titles.get(id) ?? id) : null);
  return (
    <ol
      ref={list}
      class={isPrinting ? "rows printing" : "rows"}
      style={{ height: `${height}px` }}
      data-term={found.term}
      onKeyDown={(event) => moveAmongRows(event, (end) => focusRow(end === "first" ? 0 : folds.length - 1))}
      onFocusCapture={(event) => setFocused(indexOfRow(event.target))}
      onBlurCapture={() => setFocused(-1)}
    >
      {all.map(({ index, start }) => {
        const { key, lead, others } = folds[index] ?? {};
        if (!key || !lead || !others) return null;
        return (
          <li
            key={key}
            ref={measure}
            class={index === shown ? "row shown" : "row"}
            style={{ top: `${start - top}px` }}
            {...placeOf(lead, index, size)}
          >
            <ResultRow
              view={view}
              term={found.term}
              lead={lead}
              others={others}
              isShown={index === shown}
              isExpanded={isExpanded(key)}
              backendTitle={titleOf(lead.backend_id)}
              onExpand={() => expand(key)}
              onChange={onChange}
              onStar={onStar}
            />
          </li>
        );
      })}
    </ol>
  );
}

/** Which families show their builds; a row that scrolls out of sight and back shows them still. */
function useExpanded(search: string): { isExpanded(key: string): boolean; expand(key: string): void } {
  const [expanded, setExpanded] = useState<{ search: string; keys: ReadonlySet<string> }>({ search, keys: new Set() });
  const keys = expanded.search === search ? expanded.keys : new Set<string>();
  const expand = (key: string): void => {
    const after = new Set(keys);
    if (!after.delete(key)) after.add(key);
    setExpanded({ search, keys: after });
  };
  return { isExpanded: (key) => keys.has(key), expand };
}

/** The place of a row in the whole list, for screen readers and keys. */
function placeOf(
  { id, backend_id: backend }: Entry,
  index: number,
  size: number,
): Readonly<Record<string, string | number>> {
  const data = { "data-index": index, "data-image": id, "data-backend": backend };
  return { "aria-setsize": size, "aria-posinset": index + 1, ...data };
}
