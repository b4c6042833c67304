import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ageOf, dayOf } from "../ages.ts";
import { type ChangeJson, type ChangesPageJson, KIND_CLASSES } from "../changes/answers.ts";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ImageRef } from "../view.ts";

/** Pages of the journal that are looked through at once. */
const MOST_PAGES = 5;

interface ReadHistory {
  readonly changes: readonly ChangeJson[];
  /** Where to continue; null if the whole journal was searched. */
  readonly next: number | null;
}

/** What happened to an image, from the journal of its backend. */
export function History({ image, revision }: { image: ImageRef; revision: number }): JSX.Element {
  const server = useServer();
  const [read, setRead] = useState<ReadHistory | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const asking = useRef<AbortController>(undefined);
  const path = `/backends/${encodeURIComponent(image.backend)}/changes`;
  const readOn = async (from: ReadHistory | null, signal: AbortSignal): Promise<ReadHistory> => {
    let { changes, next } = from ?? { changes: [], next: null };
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = { ids: image.id, limit: "100", ...(next !== null && { before: String(next) }) };
      const { body } = await server.get<ChangesPageJson>(path, query, signal);
      changes = [...changes, ...body.changes];
      next = body.next;
      if (next === null) break;
    }
    return { changes, next };
  };
  const look = (from: ReadHistory | null): void => {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    readOn(from, signal).then(setRead, (error: unknown) => {
      if (!isAbort(error)) setProblem(messageOf(error));
    });
  };
  useEffect(() => {
    look(null);
    return () => asking.current?.abort();
  }, [image.backend, image.id, revision]);
  return (
    <section aria-labelledby="history">
      <h3 id="history">History</h3>
      {problem !== null && <p class="notice bad">{problem}</p>}
      {read?.changes.length === 0 && (
        <p class="hint">{read.next === null ? "No change is recorded." : "No change so far."}</p>
      )}
      {read && read.changes.length > 0 && (
        <ol class="history" tabIndex={0} aria-labelledby="history">
          {read.changes.map(({ id, at, kind, fields }) => (
            <li key={id}>
              <time dateTime={at} title={at}>
                {dayOf(at)} ({ageOf(at)})
              </time>
              <span class={`badge ${KIND_CLASSES[kind]}`}>{kind}</span>
              {fields !== null && <span>{fields.join(", ")}</span>}
            </li>
          ))}
        </ol>
      )}
      {read && read.next !== null && (
        <button type="button" class="link" onClick={() => look(read)}>
          Look for older changes
        </button>
      )}
    </section>
  );
}
