import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ago } from "./ago.ts";
import { askJson, type Entry, factOf } from "./api.ts";
import { Highlighted } from "./highlight.tsx";

/** Builds of one family in one backend, as far as they were found. */
export interface Group {
  readonly key: string;
  readonly newest: Entry;
  readonly older: readonly Entry[];
}

/** Folds builds of a family under the first of them; families stay in their order. */
export function groupByFamily(entries: readonly Entry[]): Group[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const owner = entry.publisher ?? factOf(entry, "owner_id");
    const key = JSON.stringify([entry.backend_id, owner, entry.family, factOf(entry, "architecture")]);
    const known = groups.get(key);
    if (known) known.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups].flatMap(([key, [newest, ...older]]) => (newest ? [{ key, newest, older }] : []));
}

export interface ResultActions {
  readonly open: (entry: Entry) => void;
  readonly star: (entry: Entry) => void;
}

interface ResultsProps extends ResultActions {
  readonly groups: readonly Group[];
  readonly term: string;
  readonly selected: number;
  readonly backendOf: (entry: Entry) => string;
}

export function Results({ groups, selected, ...rest }: ResultsProps): JSX.Element {
  return (
    <ol class="results" aria-label="Images">
      {groups.map((group, at) => (
        <ResultRow key={group.key} group={group} isSelected={at === selected} {...rest} />
      ))}
    </ol>
  );
}

type RowProps = Omit<ResultsProps, "groups" | "selected"> & { readonly group: Group; readonly isSelected: boolean };

function ResultRow({ group, isSelected, ...rest }: RowProps): JSX.Element {
  const { newest, older } = group;
  const [builds, setBuilds] = useState<readonly Entry[] | undefined>(undefined);
  const [isOpen, setOpen] = useState(false);
  const toggle = async (): Promise<void> => {
    setOpen(!isOpen);
    if (isOpen || builds) return;
    const query = new URLSearchParams({ family: newest.family, fields: "extended", limit: "100" });
    const path = `/backends/${encodeURIComponent(rest.backendOf(newest))}/images?${query.toString()}`;
    const same = (await askJson<Entry[]>(path)).filter(
      ({ id, extra }) =>
        id !== newest.id &&
        extra["owner_id"] === newest.extra["owner_id"] &&
        extra["architecture"] === newest.extra["architecture"],
    );
    setBuilds(same);
  };
  const shown = builds ?? older;
  return (
    <li class={isSelected ? "result selected" : "result"} aria-current={isSelected ? "true" : undefined}>
      <ImageLine entry={newest} {...rest} />
      <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => void toggle()}>
        {isOpen
          ? "Hide other builds"
          : older.length > 0
            ? `${older.length} older builds found, show all`
            : "Other builds"}
      </button>
      {isOpen && (
        <ol class="builds" aria-label={`Builds of ${newest.family}`}>
          {shown.map((entry) => (
            <li key={entry.id}>
              <ImageLine entry={entry} {...rest} />
            </li>
          ))}
          {builds?.length === 0 && <li class="faint">There is no other build.</li>}
        </ol>
      )}
    </li>
  );
}

function ImageLine({
  entry,
  term,
  open,
  star,
  backendOf,
}: Omit<RowProps, "group" | "isSelected"> & { readonly entry: Entry }): JSX.Element {
  const created = factOf(entry, "creation_date") ?? factOf(entry, "created") ?? factOf(entry, "created_at");
  const isDeprecated = entry.deprecated_at !== null && Date.parse(entry.deprecated_at) <= Date.now();
  return (
    <div class="line">
      <button
        type="button"
        class="star"
        aria-pressed={entry.star}
        aria-label={`Star ${entry.name}`}
        title="Star (s)"
        onClick={() => star(entry)}
      >
        {entry.star ? "★" : "☆"}
      </button>
      <div class="what">
        <button type="button" class="name" onClick={() => open(entry)}>
          <Highlighted text={entry.name} term={term} />
        </button>
        <div class="facts">
          <code>
            <Highlighted text={entry.id} term={term} />
          </code>
          <span class={`badge ${entry.trust}`}>
            {entry.publisher ? `${entry.publisher} · ${entry.trust}` : entry.trust}
          </span>
          {factOf(entry, "architecture") && <span>{factOf(entry, "architecture")}</span>}
          {entry.backend_id && <span>{backendOf(entry)}</span>}
          {created && <time dateTime={created}>{ago(created)}</time>}
          {isDeprecated && <span class="badge deprecated">deprecated</span>}
        </div>
      </div>
    </div>
  );
}
