import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ageOf, countOf, grouped } from "../ages.ts";
import type { BackendJson } from "../server/answers.ts";
import type { BackendRuns, RunJson } from "./answers.ts";

const FIRST_ROWS = 50;

const STATE_CLASSES: Readonly<Record<RunJson["state"], string>> = {
  complete: "official",
  queued: "",
  running: "verified",
  refused: "deprecated",
  failed: "retired",
};

interface PlacedRun extends RunJson {
  readonly backends: readonly string[];
}

/** Every run that was read, newest first, with its result or the reason of its failure. */
export function RunTable({
  runs,
  backends,
}: {
  runs: readonly BackendRuns[];
  backends: readonly BackendJson[];
}): JSX.Element {
  const [isOnlyBad, setOnlyBad] = useState(false);
  const [most, setMost] = useState(FIRST_ROWS);
  const all = useMemo(() => placed(runs, backends), [runs, backends]);
  const chosen = isOnlyBad ? all.filter(({ state, warning }) => isBad(state) || warning !== null) : all;
  return (
    <section aria-label="Sync runs">
      <div class="total-line">
        <h2>Runs</h2>
        <label class="switch">
          <input type="checkbox" checked={isOnlyBad} onChange={() => setOnlyBad(!isOnlyBad)} />
          Failed, refused or with a warning
        </label>
      </div>
      {chosen.length === 0 ? (
        <p class="hint">{all.length === 0 ? "No run is recorded." : "None of these runs failed or warned."}</p>
      ) : (
        <div class="table-scroll" role="region" aria-label="Runs" tabIndex={0}>
          <table class="plain-table runs">
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col">Source</th>
                <th scope="col">Kind</th>
                <th scope="col">State</th>
                {["Took", "Listed", "Added", "Changed", "Retired"].map((title) => (
                  <th key={title} scope="col" class="number">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {chosen.slice(0, most).map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {chosen.length > most && (
        <div class="more">
          <button type="button" onClick={() => setMost(most + FIRST_ROWS)}>
            More
          </button>
          <span>
            {most} of {countOf(chosen.length, "run")}
          </span>
        </div>
      )}
    </section>
  );
}

function Row({ run }: { run: PlacedRun }): JSX.Element {
  const { source, backends, kind, state, started_at: started, finished_at: finished, code, error, warning } = run;
  const reason = [code, error].filter((part) => part !== null).join(": ");
  return (
    <tr>
      <td>
        <time dateTime={started} title={started}>
          {ageOf(started)}
        </time>
      </td>
      <td>
        {source} <span class="none">{backends.join(", ")}</span>
        {isBad(state) && <p class="notice bad">{reason || "no reason is recorded"}</p>}
        {warning !== null && <p class="notice warn">{warning}</p>}
      </td>
      <td>{kind}</td>
      <td>
        <span class={`badge ${STATE_CLASSES[state]}`}>{state}</span>
      </td>
      <td class="number">{finished === null ? "–" : durationOf(started, finished)}</td>
      {[run.listed, run.added, run.changed, run.retired].map((count, at) => (
        <td key={at} class="number">
          {grouped(count)}
        </td>
      ))}
    </tr>
  );
}

function isBad(state: RunJson["state"]): boolean {
  return state === "failed" || state === "refused";
}

function durationOf(from: string, to: string): string {
  // The clock may have been set back.
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Each run once, with the backends that show its source. */
function placed(runs: readonly BackendRuns[], backends: readonly BackendJson[]): PlacedRun[] {
  const titles = new Map(backends.map(({ id, title }) => [id, title]));
  const found = new Map<number, PlacedRun>();
  for (const { backend, runs: own } of runs)
    for (const run of own) {
      const known = found.get(run.id)?.backends ?? [];
      found.set(run.id, { ...run, backends: [...known, titles.get(backend) ?? backend] });
    }
  return [...found.values()].toSorted((a, b) =>
    a.started_at < b.started_at ? 1 : a.started_at > b.started_at ? -1 : b.id - a.id,
  );
}
