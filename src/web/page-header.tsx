import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ageOf, grouped } from "./ages.ts";
import { LogOut } from "./log-out.tsx";
import type { Found } from "./results/use-search.ts";
import type { Backend, Session } from "./server/answers.ts";
import type { View } from "./view.ts";

interface PageHeaderProps {
  readonly view: View;
  readonly session: Session | null;
  /** False while the server is not there. */
  readonly isConnected: boolean;
  readonly backends: readonly Backend[];
  readonly catalogue: Found["catalogue"] | null;
  onBackend(id: string | null): void;
  onDialog(dialog: "backends" | "help"): void;
}

export function PageHeader(props: PageHeaderProps): JSX.Element {
  const { view, session, isConnected, backends, catalogue, onBackend, onDialog } = props;
  const isUnknown = view.backend !== null && !backends.some(({ id }) => id === view.backend);
  return (
    <header class="top">
      <h1 class="wordmark">
        <a href="/">imagedex</a>
      </h1>
      <label class="scope">
        <span class="visually-hidden">Backend</span>
        <select
          value={view.backend ?? ""}
          onChange={(event) => onBackend(event.currentTarget.value === "" ? null : event.currentTarget.value)}
        >
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
      <nav class="places" aria-label="More">
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

/** How often the age is told anew. */
const TICK_MS = 20_000;

/** How old and how reliable what is shown is. */
function CatalogueState({ state, syncedAt }: Found["catalogue"]): JSX.Element | null {
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
