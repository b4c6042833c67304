import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";

interface WebhookJson {
  readonly id: string;
  readonly url: string;
  readonly search_term?: string;
  readonly kinds: readonly string[];
  readonly state: "active" | "failing" | "disabled";
  readonly last_error: string | null;
}

/** The webhooks that a backend has, each with a way to remove it; nothing where there is none. */
export function Webhooks({ backend }: { backend: string }): JSX.Element | null {
  const server = useServer();
  const path = `/backends/${encodeURIComponent(backend)}/webhooks`;
  const [webhooks, setWebhooks] = useState<readonly WebhookJson[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const read = (): Promise<void> =>
    server.get<WebhookJson[]>(path).then(
      ({ body }) => setWebhooks(body),
      (error: unknown) => setProblem(messageOf(error)),
    );
  useEffect(() => void read(), [path]);
  if (webhooks.length === 0 && problem === null) return null;
  return (
    <section aria-labelledby="webhooks" class="webhooks">
      <h3 id="webhooks">Webhooks of this backend</h3>
      {problem !== null && <p class="notice bad">{problem}</p>}
      <ul>
        {webhooks.map(({ id, url, search_term: term, kinds, state, last_error: error }) => (
          <li key={id}>
            <span>
              <code>{url}</code> <span class={`badge ${state === "active" ? "official" : "deprecated"}`}>{state}</span>
              <small class="hint">
                {" "}
                {term ? `“${term}”, ` : ""}
                {kinds.join(", ")}
                {error !== null && ` · ${error}`}
              </small>
            </span>
            <button
              type="button"
              class="small"
              onClick={() =>
                void server.send("DELETE", `${path}/${encodeURIComponent(id)}`).then(read, (failed: unknown) => {
                  setProblem(messageOf(failed));
                })
              }
            >
              Remove<span class="visually-hidden"> {url}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
