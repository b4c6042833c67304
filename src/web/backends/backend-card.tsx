import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ageOf, countOf } from "../ages.ts";
import { SyncProgress } from "../notices.tsx";
import type { BackendJson } from "../server/answers.ts";
import type { ProgressNews } from "../server/news.ts";
import { messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { usePermissions } from "../use-session.ts";

interface BackendCardProps {
  readonly backend: BackendJson;
  readonly progress: readonly ProgressNews[];
  onEdit(): void;
  onChanged(): void;
}

/** One backend: its state, and what can be done with it. */
export function BackendCard({ backend, progress, onEdit, onChanged }: BackendCardProps): JSX.Element {
  const server = useServer();
  const [isRemoving, setRemoving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const path = `/backends/${encodeURIComponent(backend.id)}`;
  const act = (action: Promise<unknown>): void => {
    action.then(onChanged, (error: unknown) => setProblem(messageOf(error)));
  };
  return (
    <li class="backend">
      <div class="backend-head">
        <h3>{backend.title}</h3>
        <span class={`badge state-${backend.state}`}>{backend.state}</span>
      </div>
      <p class="facts">
        <code>{backend.id}</code>
        <span>{[backend.provider, backend.region].filter(Boolean).join(" ")}</span>
        <span>{countOf(backend.image_count, "image")}</span>
        <span>{backend.last_sync === null ? "never synced" : `synced ${ageOf(backend.last_sync)}`}</span>
        {backend.next_try !== null && <span>next {ageOf(backend.next_try)}</span>}
      </p>
      {backend.warning !== null && <p class="notice warn">{backend.warning}</p>}
      {progress.map((news) => (
        <SyncProgress key={news.run} {...news} />
      ))}
      {problem !== null && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {isRemoving ? (
        <div class="actions" role="group" aria-label={`Remove ${backend.title}`}>
          <span>Remove the backend and its stars?</span>
          <button type="button" class="danger" onClick={() => act(server.send("DELETE", path))}>
            Remove {backend.title}
          </button>
          <button type="button" onClick={() => setRemoving(false)}>
            Keep
          </button>
        </div>
      ) : (
        <Actions
          title={backend.title}
          onSync={() => act(server.send("POST", `${path}/sync`))}
          onEdit={onEdit}
          onRemove={() => setRemoving(true)}
        />
      )}
    </li>
  );
}

interface CardActionsProps {
  readonly title: string;
  onSync(): void;
  onEdit(): void;
  onRemove(): void;
}

/** What the user may do with a backend. */
function Actions({ title, onSync, onEdit, onRemove }: CardActionsProps): JSX.Element | null {
  const { canWork, canSetUp } = usePermissions();
  if (!canWork) return null;
  return (
    <div class="actions">
      <button type="button" onClick={onSync}>
        Sync now<span class="visually-hidden">: {title}</span>
      </button>
      {canSetUp && (
        <>
          <button type="button" onClick={onEdit}>
            Edit<span class="visually-hidden"> {title}</span>
          </button>
          <button type="button" onClick={onRemove}>
            Remove<span class="visually-hidden"> {title}</span>
          </button>
        </>
      )}
    </div>
  );
}
