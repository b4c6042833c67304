import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { countOf, grouped } from "../ages.ts";
import type { Catalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { FACETS, type FilterName, type ImageRef, SWITCHES, type View, withFilter } from "../view.ts";
import { TRUST } from "../image/badges.tsx";
import { foldFamilies } from "./fold-families.ts";
import { moveAmongRows } from "./move-among-rows.ts";
import { ResultRow } from "./result-row.tsx";
import { Trouble } from "./trouble.tsx";
import type { Found, Search } from "./use-search.ts";

interface ResultListProps {
  readonly view: View;
  readonly search: Search;
  readonly catalogue: Catalogue;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** What was found: families, each with its newest build on top. */
export function ResultList({ view, search, catalogue, onChange, onStar }: ResultListProps): JSX.Element {
  const { found, problem } = search;
  return (
    <section class="results" aria-label="Images" aria-busy={search.isLoading}>
      <Chips view={view} onChange={onChange} />
      {problem && <Trouble problem={problem} catalogue={catalogue} onChange={onChange} />}
      {found && !problem && (
        <>
          <p class="total" role="status">
            {found.total === 0
              ? `${found.catalogue.missing.length > 0 ? "Nothing listed so far" : "No image"} matches${found.term.trim() === "" ? "" : ` “${found.term.trim()}”`}.`
              : null}
            {found.total > 0 && <strong>{countOf(found.total, "image")}</strong>}
            {found.total > found.entries.length && `, ${grouped(found.entries.length)} shown`}
          </p>
          <Missing missing={found.catalogue.missing} />
          {found.suggestion !== null && (
            <Suggestion term={found.suggestion} onTerm={(term) => onChange((before) => ({ ...before, term }))} />
          )}
          <Rows view={view} found={found} catalogue={catalogue} onChange={onChange} onStar={onStar} />
          <More search={search} found={found} />
        </>
      )}
    </section>
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

interface RowsProps extends Omit<ResultListProps, "search"> {
  readonly found: Found;
}

/** Rows that a screen shows; the others are made when these are painted and nobody types on. */
const FIRST_ROWS = 20;
const REST_AFTER_MS = 120;

function Rows({ view, found, catalogue, onChange, onStar }: RowsProps): JSX.Element {
  const { backends } = catalogue;
  const { image, backend, filters } = view;
  const folds = useMemo(() => foldFamilies(found.entries), [found]);
  // Of a longer list of the same search no row goes away while more are made.
  const [painted, setPainted] = useState({ term: "", count: 0 });
  const count = Math.max(FIRST_ROWS, painted.term === found.term ? painted.count : 0);
  useEffect(() => {
    const timer = setTimeout(() => setPainted({ term: found.term, count: folds.length }), REST_AFTER_MS);
    return () => clearTimeout(timer);
  }, [found.term, folds.length]);
  // Rows that did not change are not looked at again while something else of the page does.
  return useMemo(() => {
    const titles = new Map(backends?.map(({ id, title }) => [id, title]));
    return (
      <ol data-term={found.term} onKeyDown={moveAmongRows}>
        {folds.slice(0, count).map(({ key, lead, others }) => (
          <ResultRow
            key={key}
            view={view}
            term={found.term}
            lead={lead}
            others={others}
            backendTitle={backend === null ? (titles.get(lead.backend_id) ?? lead.backend_id) : null}
            onChange={onChange}
            onStar={onStar}
          />
        ))}
      </ol>
    );
  }, [found, count, backends, image, backend, filters]);
}

/** The filters in force, each with a way to lift it. */
function Chips({ view, onChange }: Pick<ResultListProps, "view" | "onChange">): JSX.Element | null {
  const titles = new Map<string, string>([...FACETS, ...SWITCHES].map(({ name, title }) => [name, title]));
  const switches: readonly string[] = SWITCHES.map(({ name }) => name);
  const active = [...FACETS, ...SWITCHES].flatMap(({ name }): [FilterName, string][] => {
    const value = view.filters[name];
    return value === undefined ? [] : [[name, value]];
  });
  if (active.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters in force">
      {active.map(([name, value]) => (
        <li key={name}>
          <button type="button" onClick={() => onChange((before) => withFilter(before, name, undefined))}>
            <span class="visually-hidden">Remove filter </span>
            {switches.includes(name) ? titles.get(name) : `${titles.get(name)}: ${TRUST[value]?.label ?? value}`}
            <span aria-hidden="true"> ×</span>
          </button>
        </li>
      ))}
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

/** The next page: loaded when its place comes into sight, as long as that shows new families; else when asked for. */
function More({ search, found }: { search: Search; found: Found }): JSX.Element | null {
  const place = useRef<HTMLDivElement>(null);
  const families = foldFamilies(found.entries).length;
  const before = useRef(0);
  useEffect(() => {
    const isFruitful = families > before.current || found.entries.length <= 50;
    before.current = families;
    const { current } = place;
    if (!current || !isFruitful) return undefined;
    const observer = new IntersectionObserver(
      ([sight]) => {
        if (sight?.isIntersecting) search.more();
      },
      { rootMargin: "600px" },
    );
    // Not before all rows of this page are there: until then its end is nearer than it will be.
    const timer = setTimeout(() => observer.observe(current), 2 * REST_AFTER_MS);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [found.entries.length, found.term]);
  if (found.entries.length >= found.total) return null;
  return (
    <div ref={place} class="more">
      <button type="button" disabled={search.isLoading} onClick={search.more}>
        {search.isLoading ? "Loading…" : "More"}
      </button>
      <span>
        {grouped(found.entries.length)} of {countOf(found.total, "image")}
      </span>
    </div>
  );
}
