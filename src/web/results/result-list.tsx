import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { countOf, grouped } from "../ages.ts";
import { filterText } from "../filter-text.ts";
import type { Catalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { countFilters, FILTERS, type ImageRef, toggleFilter, type View } from "../view.ts";
import { NoMatch } from "./no-match.tsx";
import { Rows } from "./rows.tsx";
import { TakeAlong } from "./take-along.tsx";
import { Trouble } from "./trouble.tsx";
import { type Found, keyOf, type Search } from "./use-search.ts";

interface ResultListProps {
  readonly view: View;
  readonly search: Search;
  readonly catalogue: Catalogue;
  /** Whether the server answers only with a token. */
  readonly needsToken: boolean;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** What was found: families, each with its newest build on top. */
export function ResultList({ view, search, catalogue, needsToken, onChange, onStar }: ResultListProps): JSX.Element {
  const { found, problem } = search;
  const isPaging = problem !== null && found !== null && found.key === keyOf(view);
  return (
    <section class="results" aria-label="Images" aria-busy={search.isLoading}>
      <Chips view={view} onChange={onChange} />
      {problem && <Trouble problem={problem} search={search} catalogue={catalogue} onChange={onChange} />}
      {found && (!problem || isPaging) && (
        <>
          <div class="total-line">
            <Total found={found} view={view} />
            {found.total > 0 && <TakeAlong view={view} needsToken={needsToken} />}
          </div>
          <Missing missing={found.catalogue.missing} />
          {search.isOutdated && <Outdated onAgain={search.again} />}
          {found.total === 0 && found.key === keyOf(view) && (
            <NoMatch key={found.key} view={view} catalogue={catalogue} onChange={onChange} />
          )}
          {found.suggestion !== null && (
            <Suggestion term={found.suggestion} onTerm={(term) => onChange((before) => ({ ...before, term }))} />
          )}
          <Rows view={view} found={found} search={search} catalogue={catalogue} onChange={onChange} onStar={onStar} />
          <More search={search} found={found} />
        </>
      )}
      {search.isLoading && <Slow key={keyOf(view)} isFirst={found === null} />}
    </section>
  );
}

function Total({ found, view }: { found: Found; view: View }): JSX.Element {
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

/** Later than any answer that is on its way. */
const SLOW_AFTER_MS = 1_500;

/** Says that an answer takes long, when it does. */
function Slow({ isFirst }: { isFirst: boolean }): JSX.Element | null {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  return (
    <p class="notice" role="status">
      {isFirst ? "Waiting for the server…" : "Waiting for the server. The images above are of the search before."}
    </p>
  );
}

/** What the answer lacks. */
function Missing({ missing }: Pick<Found["catalogue"], "missing">): JSX.Element | null {
  if (missing.length === 0) return null;
  return (
    <p class="missing" role="status">
      Not everything is listed. Missing: {missing.join(", ")}.
    </p>
  );
}

/** The filters in force, each with a way to lift it. */
function Chips({ view, onChange }: Pick<ResultListProps, "view" | "onChange">): JSX.Element | null {
  const active = FILTERS.flatMap(({ name }) => (view.filters[name] ?? []).map((value) => ({ name, value })));
  if (active.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters in force">
      {active.map(({ name, value }) => (
        <li key={`${name}=${value}`}>
          <button type="button" onClick={() => onChange((before) => toggleFilter(before, name, value))}>
            <span class="visually-hidden">Remove filter </span>
            {filterText(name, value)}
            <span aria-hidden="true"> ×</span>
          </button>
        </li>
      ))}
      {active.length > 1 && (
        <li>
          <button type="button" class="clear" onClick={() => onChange((before) => ({ ...before, filters: {} }))}>
            Clear filters
          </button>
        </li>
      )}
    </ul>
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

/** How much of a longer list is there. It goes on by itself when its end is near; else when asked to. */
function More({ search, found }: { search: Search; found: Found }): JSX.Element | null {
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
