import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ago } from "./ago.ts";
import { askJson, type Backend, type Entry, listen, Refusal, setToken, type SyncEvent } from "./api.ts";
import { Backends } from "./backends.tsx";
import { Details, toggleStar } from "./details.tsx";
import { Dialog } from "./dialog.tsx";
import { Filters } from "./filters.tsx";
import { groupByFamily, Results } from "./results.tsx";
import { type Found, PAGE, useFacets, useSearch } from "./use-search.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { readView, type ViewState, writeView } from "./view-state.ts";

export function App(): JSX.Element {
  const [version, setVersion] = useState(0);
  const refresh = (): void => setVersion((before) => before + 1);
  const [backends, setBackends] = useState<readonly Backend[] | undefined>(undefined);
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  useEffect(() => {
    askJson<Backend[]>("/backends").then(
      (list) => {
        setBackends(list);
        setRefusal(undefined);
      },
      (error: unknown) =>
        setRefusal(error instanceof Refusal ? error : new Refusal(0, "The server does not answer.", [])),
    );
  }, [version]);
  if (refusal?.status === 401) return <SignIn done={refresh} />;
  if (refusal) return <Message text={refusal.message} />;
  if (!backends) return <Message text="Loading…" />;
  if (backends.length === 0) return <FirstRun changed={refresh} />;
  return <Search backends={backends} version={version} refresh={refresh} />;
}

function Message({ text }: { readonly text: string }): JSX.Element {
  return (
    <main class="narrow">
      <h1>imagedex</h1>
      <p role="status">{text}</p>
    </main>
  );
}

function SignIn({ done }: { readonly done: () => void }): JSX.Element {
  return (
    <main class="narrow">
      <h1>imagedex</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const token = new FormData(event.currentTarget).get("token");
          if (typeof token === "string") setToken(token);
          done();
        }}
      >
        <label>
          This server asks for a token
          <input name="token" type="password" required autocomplete="current-password" />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}

function FirstRun({ changed }: { readonly changed: () => void }): JSX.Element {
  return (
    <main class="narrow">
      <h1>imagedex</h1>
      <p>
        There is no cloud yet. Add the first one: its images are listed at once, and found here as soon as all have
        come.
      </p>
      <Backends backends={[]} progress={new Map()} changed={changed} />
    </main>
  );
}

interface SearchProps {
  readonly backends: readonly Backend[];
  readonly version: number;
  readonly refresh: () => void;
}

function Search({ backends, version, refresh }: SearchProps): JSX.Element {
  const [view, setView] = useState(() => readView(location.search));
  const [limit, setLimit] = useState(PAGE);
  const [isManaging, setManaging] = useState(false);
  const [stars, setStars] = useState<Readonly<Record<string, boolean>>>({});
  const progress = useProgress(refresh);
  const { found, refusal } = useSearch(view, limit, version);
  const counts = useFacets(view, version);
  const change = (next: Partial<ViewState>): void => {
    const changed = { ...view, ...next };
    setView(changed);
    if (!("open" in next)) setLimit(PAGE);
    history.replaceState(null, "", writeView(changed));
  };
  const backendOf = (entry: Entry): string => entry.backend_id ?? view.backend;
  const star = async (entry: Entry): Promise<void> => {
    const is = await toggleStar(backendOf(entry), entry.id);
    setStars((known) => ({ ...known, [`${backendOf(entry)} ${entry.id}`]: is }));
  };
  const open = (entry: Entry): void => change({ open: { backend: backendOf(entry), id: entry.id } });
  const entries = (found?.entries ?? []).map((entry) => ({
    ...entry,
    star: stars[`${backendOf(entry)} ${entry.id}`] ?? entry.star,
  }));
  const groups = groupByFamily(entries);
  const input = useRef<HTMLInputElement>(null);
  const selected = useShortcuts({
    count: groups.length,
    input,
    key: view.term,
    open: (at) => groups[at] && open(groups[at].newest),
    star: (at) => groups[at] && void star(groups[at].newest),
  });
  return (
    <>
      <header class="top">
        <h1>imagedex</h1>
        <form role="search" onSubmit={(event) => event.preventDefault()}>
          <input
            ref={input}
            type="search"
            aria-label="Search images"
            placeholder="ubuntu jammy arm64   ( / )"
            value={view.term}
            autofocus
            spellcheck={false}
            onInput={({ currentTarget }) => change({ term: currentTarget.value })}
          />
          <select
            aria-label="Backend"
            value={view.backend}
            onChange={({ currentTarget }) => change({ backend: currentTarget.value })}
          >
            <option value="">All backends</option>
            {backends.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </form>
        <button type="button" onClick={() => setManaging(true)}>
          Backends
        </button>
      </header>
      <div class="page">
        <Filters counts={counts} filters={view.filters} choose={(filters) => change({ filters })} />
        <main>
          <Status found={found} refusal={refusal} progress={progress} />
          {found?.suggestion && (
            <p>
              Did you mean{" "}
              <button type="button" class="link" onClick={() => change({ term: found.suggestion ?? "" })}>
                {found.suggestion}
              </button>
              ?
            </p>
          )}
          {!refusal && (
            <Results
              groups={groups}
              term={view.term}
              selected={selected}
              backendOf={backendOf}
              open={open}
              star={(one) => void star(one)}
            />
          )}
          {found && found.total > limit && !refusal && (
            <button type="button" onClick={() => setLimit(limit + 100)}>
              Show more
            </button>
          )}
        </main>
      </div>
      {view.open && <Details {...view.open} close={() => change({ open: undefined })} />}
      {isManaging && (
        <Dialog title="Backends" close={() => setManaging(false)}>
          <Backends backends={backends} progress={progress} changed={refresh} />
        </Dialog>
      )}
    </>
  );
}

interface StatusProps {
  readonly found: Found | undefined;
  readonly refusal: Refusal | undefined;
  readonly progress: ReadonlyMap<string, string>;
}

function Status({ found, refusal, progress }: StatusProps): JSX.Element {
  const running = [...progress].map(([backend, how]) => `${backend}: ${how}`).join(", ");
  return (
    <div class="status" role="status">
      {refusal && <p class="problem">{refusal.message}</p>}
      {refusal?.progress.map(({ source, phase, listed }) => (
        <p key={source}>
          {source}: {phase}, {listed.toLocaleString("en")} images so far
        </p>
      ))}
      {found && !refusal && (
        <p>
          {found.total.toLocaleString("en")} {found.total === 1 ? "image" : "images"}
          {found.syncedAt && (
            <>
              {", as of "}
              <time dateTime={found.syncedAt} title={found.syncedAt}>
                {ago(found.syncedAt)}
              </time>
            </>
          )}
          {found.state !== "complete" && <span class="badge stale">{found.state}</span>}
        </p>
      )}
      {running && <p class="faint">Syncing {running}</p>}
    </div>
  );
}

/** Backends whose syncs are under way, and how far; calls `ended` when one is through. */
function useProgress(ended: () => void): ReadonlyMap<string, string> {
  const [progress, setProgress] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(
    () =>
      listen((event: SyncEvent) => {
        setProgress((before) => {
          const next = new Map(before);
          for (const backend of event.backends) {
            if (event.kind === "end") next.delete(backend);
            else next.set(backend, `${event.phase}, ${(event.listed ?? 0).toLocaleString("en")} images`);
          }
          return next;
        });
        if (event.kind === "end") ended();
      }),
    [],
  );
  return progress;
}
