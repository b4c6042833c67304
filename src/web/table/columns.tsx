import type { ComponentChildren, JSX } from "preact";
import { ageOf, dayOf } from "../ages.ts";
import { TRUST } from "../image/badges.tsx";
import { createdAt, systemOf } from "../image/facts.ts";
import { Highlight } from "../results/highlight.tsx";
import type { BackendJson, Entry } from "../server/answers.ts";
import type { PageView } from "../view.ts";

/** What a cell is made of. */
export interface CellContext {
  readonly term: string;
  readonly backends: ReadonlyMap<string, BackendJson>;
}

export interface Column {
  readonly name: string;
  readonly title: string;
  cell(entry: Entry, context: CellContext): ComponentChildren;
}

/** Every column that can be chosen, in its order. The name stands before them all. */
export const COLUMNS: readonly Column[] = [
  { name: "id", title: "Id", cell: ({ id }, { term }) => <Marked text={id} term={term} isCode /> },
  { name: "os", title: "System", cell: (entry, { term }) => <Marked text={systemOf(entry)} term={term} /> },
  {
    name: "architecture",
    title: "Architecture",
    cell: (entry, { term }) => <Marked text={entry.architecture} term={term} />,
  },
  { name: "publisher", title: "Publisher", cell: ({ publisher }, { term }) => <Marked text={publisher} term={term} /> },
  { name: "trust", title: "Trust", cell: ({ trust }) => <Trust trust={trust} /> },
  {
    name: "owner",
    title: "Owner",
    cell: ({ owner_id: owner }, { term }) => <Marked text={owner} term={term} isCode />,
  },
  {
    name: "backend",
    title: "Backend",
    cell: ({ backend_id: id }, { backends }) => <bdi>{backends.get(id)?.title ?? id}</bdi>,
  },
  {
    name: "region",
    title: "Region",
    cell: ({ backend_id: id }, { backends }) => backends.get(id)?.region ?? <None text="none" />,
  },
  { name: "created", title: "Created", cell: (entry) => <Day time={createdAt(entry)} none="unknown" /> },
  { name: "deprecated", title: "Deprecated", cell: (entry) => <Day time={entry.deprecated_at} none="–" /> },
  { name: "state", title: "State", cell: ({ state, hidden }) => (hidden ? `${state}, hidden` : state) },
  {
    name: "family",
    title: "Family",
    cell: ({ family }) => (family === null ? <None text="none" /> : <bdi>{family}</bdi>),
  },
];

const USUAL = ["id", "os", "architecture", "publisher", "created"];

/** The columns of a view, in their usual order; unknown names are ignored. */
export function columnsOf({ columns, backend }: Pick<PageView, "columns" | "backend">): Column[] {
  const chosen = columns ?? (backend === null ? [...USUAL, "backend"] : USUAL);
  return COLUMNS.filter(({ name }) => chosen.includes(name));
}

function Marked({ text, term, isCode = false }: { text: string | null; term: string; isCode?: boolean }): JSX.Element {
  if (text === null) return <None text="unknown" />;
  const marked = <Highlight text={text} term={term} />;
  return isCode ? <code>{marked}</code> : marked;
}

function Trust({ trust }: Pick<Entry, "trust">): JSX.Element {
  const { label, explanation } = TRUST[trust] ?? { label: trust, explanation: "" };
  return (
    <span class={`badge ${trust}`} title={explanation}>
      {label}
    </span>
  );
}

function Day({ time, none }: { time: string | null; none: string }): JSX.Element {
  if (time === null) return <None text={none} />;
  return (
    <time dateTime={time} title={`${time} (${ageOf(time)})`}>
      {dayOf(time)}
    </time>
  );
}

function None({ text }: { text: string }): JSX.Element {
  return <span class="none">{text}</span>;
}
