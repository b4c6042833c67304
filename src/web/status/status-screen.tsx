import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { countOf } from "../ages.ts";
import type { BackendJson } from "../server/answers.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { PageView } from "../view.ts";
import type { BackendRuns } from "./answers.ts";
import { BackendTable } from "./backend-table.tsx";
import { Plot } from "./plot.tsx";
import { RunTable } from "./run-table.tsx";
import "./status.css";
import { changesByDay, durations, imagesOverTime, type TimePlot } from "./sum-up-runs.ts";
import { useRuns } from "./use-runs.ts";

/** The most backends in a plot; more lines are hard to tell apart. */
const MOST_LINES = 10;

/** The status screen: the backends, plots of their runs, and the runs with the reasons of failures. */
export function StatusScreen({ view, catalogue }: { view: PageView; catalogue: ShownCatalogue }): JSX.Element | null {
  const { backends } = catalogue;
  const shown = backends?.filter(({ id }) => view.backend === null || id === view.backend) ?? [];
  const runs = useRuns(
    shown.map(({ id }) => id),
    catalogue.revision,
  );
  if (backends === null) return null;
  return (
    <section class="results status" aria-labelledby="status-title">
      <h2 id="status-title">Status</h2>
      <BackendTable backends={shown} />
      {runs.problem !== null && (
        <p class="notice bad" role="alert">
          The runs could not be read: {runs.problem}
        </p>
      )}
      {runs.backends && <OfRuns backends={shown} runs={runs.backends} />}
    </section>
  );
}

function OfRuns({ backends, runs }: { backends: readonly BackendJson[]; runs: readonly BackendRuns[] }): JSX.Element {
  const drawn = useMemo(() => drawnOf(backends, runs), [backends, runs]);
  const { images, took, changes } = useMemo(
    () => ({ images: imagesOverTime(drawn), took: durations(drawn), changes: changesByDay(runs) }),
    [drawn, runs],
  );
  const isCut = runs.some((one) => one.isCut);
  return (
    <>
      {drawn.length < runs.length && (
        <p class="hint">
          Lines are drawn for the {drawn.length} largest of {countOf(runs.length, "backend")}; choose one above to see
          it alone.
        </p>
      )}
      {runs.length < backends.length && (
        <p class="notice warn">
          These are the runs of the first {runs.length} of {countOf(backends.length, "backend")}.
        </p>
      )}
      {isCut && <p class="hint">Only the newest runs are shown; there are older ones.</p>}
      <div class="plots">
        <Plot
          title="Images in the listings, by backend"
          summary={lastOf(images, "images")}
          plot={images}
          form="steps"
        />
        <Plot
          title="Changes a day (first listings left out)"
          summary={lastOf(changes, "images")}
          plot={changes}
          form="bars"
        />
        <Plot title="Duration of full listings" summary={lastOf(took, "seconds")} plot={took} form="points" unit=" s" />
      </div>
      <RunTable runs={runs} backends={backends} />
    </>
  );
}

/** Runs by the titles of their backends, of those with most images. */
function drawnOf(backends: readonly BackendJson[], runs: readonly BackendRuns[]): BackendRuns[] {
  const known = new Map(backends.map((backend) => [backend.id, backend]));
  return runs
    .toSorted((a, b) => (known.get(b.backend)?.image_count ?? 0) - (known.get(a.backend)?.image_count ?? 0))
    .slice(0, MOST_LINES)
    .map((one) => ({ ...one, backend: known.get(one.backend)?.title ?? one.backend }));
}

/** The last values of a plot, in words. */
function lastOf({ series, times }: TimePlot, unit: string): string {
  const last = times.at(-1);
  if (last === undefined) return "";
  const values = series.map(
    ({ name, values: all }) => `${name}: ${all.findLast((value) => value !== null) ?? 0} ${unit}`,
  );
  return `Last, at ${new Date(last * 1000).toISOString().slice(0, 16)}: ${values.join(", ")}. The runs below list all numbers.`;
}
