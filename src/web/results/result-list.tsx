import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { countOf, grouped } from "../ages.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { countFilters, type ImageRef, type PageView } from "../view.ts";
import { Chips } from "./chips.tsx";
import { Missing } from "./missing.tsx";
import { NoMatch } from "./no-match.tsx";
import { Rows } from "./rows.tsx";
import { loadLater } from "../load-later.tsx";
import { Tools } from "./tools.tsx";
import { Trouble } from "./trouble.tsx";
import { type SearchResults, keyOf, type Search } from "./use-search.ts";

const ResultTable = loadLater(() => import("../table/result-table.tsx").then((part) => part.ResultTable));

interface ResultListProps {
  readonly view: PageView;
  readonly search: Search;
  readonly catalogue: ShownCatalogue;
  /** Whether the server needs a token. */
  readonly needsToken: boolean;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** What was found: families, each with its newest build on top. */
export function ResultList({ view, search, catalogue, needsToken, onChange, onStar }: ResultListProps): JSX.Element {
  const { found, problem } = search;
  const isPaging = problem !== null && found !== null && found.key === keyOf(view);
  const rows = useStill(
    () => {
      if (!found) return null;
      if (view.layout === "list") return <Rows {...{ view, found, search, catalogue, onChange, onStar }} />;
      return found.total > 0 ? <ResultTable {...{ view, found, search, catalogue, onChange, onStar }} /> : null;
    },
    { isAwaited: search.isLoading && !problem && found?.key !== keyOf(view), beside: [found, view.layout, view.image] },
  );
  return (
    <section class="results" aria-label="Images" aria-busy={search.isLoading}>
      <Chips view={view} onChange={onChange} />
      {problem && <Trouble problem={problem} search={search} catalogue={catalogue} onChange={onChange} />}
      {found && (!problem || isPaging) && (
        <>
          <div class="total-line">
            <Total found={found} view={view} />
            <Tools view={view} isEmpty={found.total === 0} needsToken={needsToken} onChange={onChange} />
          </div>
          <Missing missing={found.catalogue.missing} />
          {search.isOutdated && <Outdated onAgain={search.again} />}
          {found.total === 0 && found.key === keyOf(view) && (
            <NoMatch key={found.key} view={view} catalogue={catalogue} onChange={onChange} />
          )}
          {found.suggestion !== null && (
            <Suggestion term={found.suggestion} onTerm={(term) => onChange((before) => ({ ...before, term }))} />
          )}
          {rows}
          <More search={search} found={found} />
        </>
      )}
      {search.isLoading && <Slow key={keyOf(view)} isFirst={found === null} />}
    </section>
  );
}

/**
 * Keeps what was drawn last while the next answer is pending, so that the rows are not drawn again for each key. Draws again if
 * something in `beside` changed.
 */
function useStill(
  draw: () => JSX.Element | null,
  { isAwaited, beside }: { readonly isAwaited: boolean; readonly beside: readonly unknown[] },
): JSX.Element | null {
  const last = useRef<{ readonly drawn: JSX.Element | null; readonly beside: readonly unknown[] }>(undefined);
  const { current } = last;
  if (isAwaited && current && current.beside.every((value, at) => value === beside[at])) return current.drawn;
  const drawn = draw();
  last.current = { drawn, beside };
  return drawn;
}

function Total({ found, view }: { found: SearchResults; view: PageView }): JSX.Element {
  const { total, term, catalogue, loaded } = found;
  const asked = term.trim() === "" ? "" : ` “${term.trim()}”`;
  const none = catalogue.missing.length > 0 ? "Nothing listed so far" : "No image";
  const narrowed = countFilters(view) > 0 ? " with these filters" : "";
  return (
    <p class="total" role="status">
      {total === 0 && `${none} matches${asked}${narrowed}.`}
      {total > 0 && <strong>{countOf(total, "image")}</strong>}
      {total > loaded && <span class="loaded">, {grouped(loaded)} loaded</span>}
    </p>
  );
}

function Outdated({ onAgain }: { onAgain(): void }): JSX.Element {
  return (
    <p class="notice warn" role="status">
      <span>The catalogue has changed since this list was loaded.</span>
      <button type="button" class="link" onClick={onAgain}>
        Load it again
      </button>
    </p>
  );
}

/** Longer than answers normally take. */
const SLOW_AFTER_MS = 1_500;

/** Shows that an answer takes long. */
function Slow({ isFirst }: { isFirst: boolean }): JSX.Element | null {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  return (
    <p class="notice" role="status">
      {isFirst ? "Waiting for the server…" : "Waiting for the server. The images above are from the previous search."}
    </p>
  );
}

function Suggestion({ term, onTerm }: { term: string; onTerm(term: string): void }): JSX.Element {
  return (
    <p class="suggestion">
      Did you mean{" "}
      <button type="button" class="link" onClick={() => onTerm(term)}>
        {term}
      </button>
      ?
    </p>
  );
}

/** How much of a longer list is loaded. More is loaded when its end is near, or on request. */
function More({ search, found }: { search: Search; found: SearchResults }): JSX.Element | null {
  if (found.loaded >= found.total) return null;
  return (
    <div class="more">
      <button type="button" disabled={search.isLoading} onClick={search.more}>
        {search.isLoading ? "Loading…" : "More"}
      </button>
      <span>
        {grouped(found.loaded)} of {countOf(found.total, "image")}
      </span>
    </div>
  );
}
