import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { countOf } from "../ages.ts";
import { Menu } from "../menu.tsx";
import { Chips } from "../results/chips.tsx";
import { Missing } from "../results/missing.tsx";
import { moveAmongRows } from "../results/move-among-rows.ts";
import { searchOf } from "../server/search-of.ts";
import type { BackendJson } from "../server/answers.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { changesQueryOf, type FilterName, isOfChanges, isSameValue, type PageView } from "../view.ts";
import { CHANGE_KINDS, type ChangeKindJson } from "./answers.ts";
import { ChangeRow } from "./change-row.tsx";
import "./changes.css";
import type { PlacedChange } from "./merge-journals.ts";
import { type Changes, useChanges } from "./use-changes.ts";

interface ChangesScreenProps {
  readonly view: PageView;
  readonly catalogue: ShownCatalogue;
  readonly onChange: ChangeView;
}

/** What happened to the images that a search finds, the newest first. */
export function ChangesScreen({ view, catalogue, onChange }: ChangesScreenProps): JSX.Element | null {
  const [kinds, setKinds] = useState<readonly ChangeKindJson[]>(CHANGE_KINDS);
  const backends = backendsOf(view, catalogue);
  if (backends === null) return null;
  const toggle = (kind: ChangeKindJson): void =>
    setKinds(CHANGE_KINDS.filter((each) => kinds.includes(each) !== (each === kind)));
  return (
    <section class="results" aria-label="Changes">
      <Chips view={view} isInForce={isInForce} onChange={onChange} />
      <div class="total-line">
        <fieldset class="kinds">
          <legend class="visually-hidden">Kinds of changes</legend>
          {CHANGE_KINDS.map((kind) => (
            <label key={kind} class="switch">
              <input type="checkbox" checked={kinds.includes(kind)} onChange={() => toggle(kind)} />
              {kind}
            </label>
          ))}
        </fieldset>
        <Feeds view={view} kinds={kinds} backends={backends} catalogue={catalogue} />
      </div>
      <ChangeList {...{ view, kinds, backends, catalogue, onChange }} />
    </section>
  );
}

/** The backends whose changes are shown, limited to the chosen regions; null until they are known. */
function backendsOf({ backend, filters }: PageView, { backends }: ShownCatalogue): readonly string[] | null {
  if (backend !== null) return [backend];
  const regions = filters.region;
  const isThere = ({ region }: BackendJson): boolean =>
    regions === undefined || (region !== null && regions.some((each) => isSameValue(each, region)));
  return backends?.filter(isThere).map(({ id }) => id) ?? null;
}

/** Whether a filter narrows what is shown here. */
function isInForce(name: FilterName): boolean {
  return name === "region" || isOfChanges(name);
}

interface ListProps extends ChangesScreenProps {
  readonly kinds: readonly ChangeKindJson[];
  readonly backends: readonly string[];
}

function ChangeList({ view, kinds, backends, catalogue, onChange }: ListProps): JSX.Element {
  const changes = useChanges(view, backends, kinds);
  const isOutdated = useOutdated(changes, catalogue.revision);
  const titleOf = (id: string): string => catalogue.backends?.find((backend) => backend.id === id)?.title ?? id;
  return (
    <div aria-busy={changes.isLoading}>
      <p class="total" role="status">
        {totalOf(changes)}
      </p>
      <Missing missing={changes.missing} />
      {changes.problem !== null && (
        <p class="notice bad" role="alert">
          {changes.problem}
          <button type="button" class="link" onClick={changes.again}>
            Try again
          </button>
        </p>
      )}
      {isOutdated && (
        <p class="notice warn" role="status">
          The catalogue has changed since these changes were loaded.
          <button type="button" class="link" onClick={changes.again}>
            Load them again
          </button>
        </p>
      )}
      {byDay(changes.changes).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h2 class="day">{day}</h2>
          <ol class="changes" onKeyDown={(event) => moveAmongRows(event, () => undefined)}>
            {ofDay.map((change) => (
              <ChangeRow
                key={change.id}
                change={change}
                backendTitle={backends.length > 1 ? titleOf(change.backend) : null}
                view={view}
                onChange={onChange}
              />
            ))}
          </ol>
        </section>
      ))}
      {changes.behind.length > 0 && !(changes.isLoading && changes.changes.length === 0) && (
        <div class="more">
          <button type="button" disabled={changes.isLoading} onClick={changes.more}>
            {changes.isLoading ? "Loading…" : "Older changes"}
          </button>
        </div>
      )}
    </div>
  );
}

function totalOf({ changes, behind, isLoading, problem }: Changes): string {
  if (problem !== null) return "";
  if (isLoading && changes.length === 0) return "Loading…";
  if (changes.length === 0) return behind.length > 0 ? "No change among the newest." : "No change is recorded.";
  return behind.length > 0 ? `The newest ${countOf(changes.length, "change")}` : countOf(changes.length, "change");
}

/** Whether the catalogue changed since the changes were read. */
function useOutdated({ isLoading }: Changes, revision: number): boolean {
  const seen = useRef(revision);
  if (isLoading) seen.current = revision;
  return seen.current !== revision;
}

function byDay(changes: readonly PlacedChange[]): [day: string, changes: PlacedChange[]][] {
  return [...Map.groupBy(changes, ({ at }) => at.slice(0, 10))];
}

/** The same changes as Atom feeds, one for each backend. */
function Feeds({ view, kinds, backends, catalogue }: Omit<ListProps, "onChange">): JSX.Element | null {
  if (kinds.length === 0) return null;
  const query = searchOf({
    ...changesQueryOf(view),
    ...(kinds.length < CHANGE_KINDS.length && { kind: kinds.join(",") }),
  });
  const search = query.size === 0 ? "" : `?${query.toString()}`;
  const hrefOf = (id: string): string => `/backends/${encodeURIComponent(id)}/changes.atom${search}`;
  const [only] = backends;
  if (only !== undefined && backends.length === 1)
    return (
      <a href={hrefOf(only)} target="_blank" rel="noreferrer">
        Atom feed
      </a>
    );
  return (
    <Menu title="Atom feeds">
      {() =>
        backends.map((id) => (
          <a key={id} href={hrefOf(id)} target="_blank" rel="noreferrer">
            {catalogue.backends?.find((backend) => backend.id === id)?.title ?? id}
          </a>
        ))
      }
    </Menu>
  );
}
