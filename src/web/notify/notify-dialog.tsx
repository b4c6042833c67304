import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../backends/field.tsx";
import { filterText } from "../filter-text.ts";
import { Copyable } from "../image/copyable.tsx";
import type { BackendJson } from "../server/answers.ts";
import { messageOf, ServerProblem } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { changesQueryOf, FILTERS, isOfChanges, SWITCHES, type PageView } from "../view.ts";
import { Webhooks } from "./webhooks.tsx";

const KINDS = ["added", "changed", "retired", "returned"] as const;

/** What the server answers to a new webhook: its secret only this once. */
interface WebhookDraft {
  readonly url: string;
  readonly secret: string;
}

/** Sends the changes of a search to an address: a webhook. */
export function NotifyDialog({ view, onClose }: { view: PageView; onClose(): void }): JSX.Element {
  const server = useServer();
  const dialog = useRef<HTMLDialogElement>(null);
  const [backends, setBackends] = useState<readonly BackendJson[]>([]);
  const [backend, setBackend] = useState(view.backend ?? "");
  const [made, setMade] = useState<WebhookDraft | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
    server.get<BackendJson[]>("/backends").then(
      ({ body }) => {
        setBackends(body);
        setBackend((before) => (before === "" ? (body[0]?.id ?? "") : before));
      },
      // Without the backends, adding reports what is wrong.
      () => undefined,
    );
  }, []);
  return (
    <dialog ref={dialog} class="backends" aria-labelledby="notify-title" onClose={onClose}>
      <div class="image-head">
        <h2 id="notify-title">Notify me of changes</h2>
        <button type="button" class="quiet close" aria-label="Close" onClick={() => dialog.current?.close()}>
          ×
        </button>
      </div>
      {made ? (
        <Made {...made} />
      ) : (
        <WebhookForm view={view} backend={backend} onMade={setMade}>
          <label class="field">
            <span>Backend</span>
            <select value={backend} onChange={({ currentTarget }) => setBackend(currentTarget.value)}>
              {backends.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </WebhookForm>
      )}
      {backend !== "" && <Webhooks key={`${backend} ${made?.url}`} backend={backend} />}
    </dialog>
  );
}

interface WebhookFormProps {
  readonly view: PageView;
  readonly backend: string;
  onMade(webhook: WebhookDraft): void;
  /** The field that chooses the backend. */
  readonly children: ComponentChildren;
}

function WebhookForm({ view, backend, onMade, children }: WebhookFormProps): JSX.Element {
  const server = useServer();
  const [url, setUrl] = useState("");
  const [kinds, setKinds] = useState<readonly string[]>(KINDS);
  const [problem, setProblem] = useState<unknown>(null);
  const add = (): void => {
    setProblem(null);
    const path = `/backends/${encodeURIComponent(backend)}/webhooks`;
    server.send<WebhookDraft>("POST", path, { ...searchOfBody(view), url, kinds }).then(onMade, setProblem);
  };
  return (
    <form
      class="backend-form"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <p class="hint">
        The server sends the changes of this search to a webhook: an address of yours that takes POST requests.
      </p>
      <Asked view={view} />
      {children}
      <Field
        label="Address"
        hint="such as https://example.org/hook"
        value={url}
        isRequired
        isWrong={problem instanceof ServerProblem && problem.parameter === "url"}
        onValue={setUrl}
      />
      <Kinds chosen={kinds} onChoose={setKinds} />
      {problem !== null && (
        <p class="notice bad" role="alert">
          {messageOf(problem)}
        </p>
      )}
      <div class="actions">
        <button class="primary" type="submit" disabled={backend === "" || kinds.length === 0}>
          Add webhook
        </button>
      </div>
    </form>
  );
}

interface KindsProps {
  readonly chosen: readonly string[];
  onChoose(kinds: readonly string[]): void;
}

function Kinds({ chosen, onChoose }: KindsProps): JSX.Element {
  return (
    <fieldset class="actions">
      <legend>Send images that are</legend>
      {KINDS.map((kind) => (
        <label key={kind} class="switch">
          <input
            type="checkbox"
            checked={chosen.includes(kind)}
            onChange={() => onChoose(KINDS.filter((each) => chosen.includes(each) !== (each === kind)))}
          />
          {kind}
        </label>
      ))}
    </fieldset>
  );
}

/** The saved search, and the parts of the page's search that it cannot have. */
function Asked({ view }: { view: PageView }): JSX.Element {
  const said = FILTERS.flatMap(({ name }) =>
    (view.filters[name] ?? []).map((value) => ({ text: filterText(name, value), isSaved: isOfChanges(name) })),
  );
  const saved = said.filter(({ isSaved }) => isSaved).map(({ text }) => text);
  const left = said.filter(({ isSaved }) => !isSaved).map(({ text }) => text);
  const term = view.term.trim();
  const all = [...(term === "" ? [] : [`“${term}”`]), ...saved];
  return (
    <>
      <p>Search: {all.length === 0 ? "all images" : all.join(", ")}</p>
      {left.length > 0 && <p class="notice warn">Webhooks cannot be narrowed by: {left.join(", ")}.</p>}
    </>
  );
}

function Made({ url, secret }: WebhookDraft): JSX.Element {
  return (
    <div class="backend-form">
      <p class="notice good" role="status">
        Added. Changes are sent to {url}.
      </p>
      <Copyable title="Secret, shown only now" text={secret} />
      <p class="hint">
        Messages are signed with it; the <a href="/docs/api">API documentation</a> says how to verify them.
      </p>
    </div>
  );
}

/** In a body, a filter with one value is that value; with several it is a list. */
function searchOfBody(view: PageView): object {
  const single = new Set<string>(SWITCHES.map(({ name }) => name));
  const body = Object.entries(changesQueryOf(view)).map(([name, values]) => [
    name,
    single.has(name) && typeof values !== "string" ? values[0] : values,
  ]);
  return Object.fromEntries(body);
}
