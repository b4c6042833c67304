import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ageOf, grouped } from "./ages.ts";
import { LogOut } from "./log-out.tsx";
import type { SearchResults } from "./results/use-search.ts";
import type { BackendJson, SessionJson } from "./server/answers.ts";
import type { ChangeView } from "./use-view.ts";
import { linkTo, type ScreenName, SCREENS, type PageView, withFilter } from "./view.ts";

interface PageHeaderProps {
  readonly view: PageView;
  readonly session: SessionJson | null;
  /** False while the server does not answer. */
  readonly isConnected: boolean;
  readonly backends: readonly BackendJson[];
  readonly catalogue: SearchResults["catalogue"] | null;
  readonly onChange: ChangeView;
  onDialog(dialog: "backends" | "help"): void;
}

export function PageHeader(props: PageHeaderProps): JSX.Element {
  const { view, session, isConnected, backends, catalogue, onChange, onDialog } = props;
  // A backend has one region, so a filter on regions would contradict it.
  const choose = (id: string): void =>
    onChange((before) => ({ ...withFilter(before, "region", []), backend: id === "" ? null : id, image: null }));
  const isUnknown = view.backend !== null && !backends.some(({ id }) => id === view.backend);
  return (
    <header class="top">
      <h1 class="wordmark">
        <a href="/">imagedex</a>
      </h1>
      <label class="scope">
        <span class="visually-hidden">Backend</span>
        <select value={view.backend ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">All backends</option>
          {backends.map(({ id, title, image_count: count }) => (
            <option key={id} value={id}>
              {title} ({grouped(count)})
            </option>
          ))}
          {isUnknown && <option value={view.backend ?? ""}>{view.backend} (unknown)</option>}
        </select>
      </label>
      {isConnected ? catalogue && <CatalogueState {...catalogue} /> : <NoConnection />}
      <nav class="places" aria-label="Main">
        <Place view={view} screen={null} title="Images" onChange={onChange} />
        {SCREENS.map(({ name, title }) => (
          <Place key={name} view={view} screen={name} title={title} onChange={onChange} />
        ))}
        <button type="button" class="quiet" onClick={() => onDialog("backends")}>
          Backends
        </button>
        <a class="quiet" href="/docs">
          Docs
        </a>
        <button type="button" class="quiet" aria-label="Help" title="Help (?)" onClick={() => onDialog("help")}>
          ?
        </button>
        <LogOut session={session} />
      </nav>
    </header>
  );
}

interface ScreenLinkProps extends Pick<PageHeaderProps, "view" | "onChange"> {
  readonly screen: ScreenName | null;
  readonly title: string;
}

/** A link to a screen, which keeps the search. */
function Place({ view, screen, title, onChange }: ScreenLinkProps): JSX.Element {
  const isHere = view.screen === screen;
  return (
    <a
      href={linkTo({ ...view, screen, image: null })}
      {...(isHere && { "aria-current": "page" as const })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onChange((before) => ({ ...before, screen, image: null }));
      }}
    >
      {title}
    </a>
  );
}

function NoConnection(): JSX.Element {
  return (
    <p class="catalogue lost" role="status" title="The server does not answer. What you see may be old.">
      <span class="dot" aria-hidden="true" />
      No connection
    </p>
  );
}

const STATES: Readonly<Record<string, { readonly label: string; readonly explanation: string }>> = {
  complete: { label: "Complete", explanation: "You see the last listing of every source." },
  stale: { label: "Stale", explanation: "The last sync of some source failed; you see an older listing." },
  partial: {
    label: "Partial",
    explanation: "Some source is not listed yet, or can only be searched: more images may match.",
  },
};

/** How often the age is updated. */
const TICK_MS = 20_000;

/** The age and the state of the catalogue. */
function CatalogueState({ state, syncedAt }: SearchResults["catalogue"]): JSX.Element | null {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (state === null) return null;
  const { label, explanation } = STATES[state] ?? { label: state, explanation: "" };
  return (
    <p class={`catalogue ${state}`} title={syncedAt === null ? explanation : `${explanation} Synced ${syncedAt}.`}>
      <span class="dot" aria-hidden="true" />
      {label}
      {syncedAt !== null && (
        <span class="age">
          {" · synced "}
          <time dateTime={syncedAt}>{ageOf(syncedAt)}</time>
        </span>
      )}
    </p>
  );
}
