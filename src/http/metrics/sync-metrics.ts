import type { Registry } from "prom-client";
import { type Backend, listBackends } from "../../record/backends.ts";
import { CHANGE_KINDS } from "../../catalogue/read/read-changes.ts";
import { lastEnded, lastWarning } from "../../record/runs.ts";
import { type Source, sourcesOf } from "../../record/sources.ts";
import { addCounter, addGauge, type CollectedMetric } from "./collected-metric.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { createSyncTally, NO_SYNCS, RUN_ENDS, RUN_KINDS, type SyncTotals } from "./sync-tally.ts";

type MetricSample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A backend's source: what is synced. One that several backends share counts for each of them. */
interface Synced {
  readonly backend: Backend;
  readonly source: Source;
  readonly labels: { readonly backend: string; readonly source: string };
}

/** The results of syncs, of this process and of others. */
export function addSyncMetrics({ catalogue }: Pick<HttpContext, "catalogue">, registry: Registry): void {
  const synced = (): Synced[] =>
    listBackends(catalogue).flatMap((backend) =>
      sourcesOf(catalogue, backend.id).map((source) => ({
        backend,
        source,
        labels: { backend: backend.id, source: source.key },
      })),
    );
  const tally = createSyncTally(catalogue);
  const perSource = (
    metric: Omit<CollectedMetric, "read">,
    seriesOf: (synced: Synced, totals: SyncTotals) => readonly MetricSample[],
  ): CollectedMetric => ({
    ...metric,
    labels: ["backend", "source", ...(metric.labels ?? [])],
    *read() {
      const totals = tally();
      for (const one of synced()) {
        for (const [labels, value] of seriesOf(one, totals.get(one.source.id) ?? NO_SYNCS)) {
          yield [{ ...one.labels, ...labels }, value];
        }
      }
    },
  });
  addLastListing({ catalogue }, registry, perSource);
  for (const counter of countersOf(perSource)) addCounter(registry, counter);
}

type PerSource = (
  metric: Omit<CollectedMetric, "read">,
  seriesOf: (synced: Synced, totals: SyncTotals) => readonly MetricSample[],
) => CollectedMetric;

function addLastListing({ catalogue }: Pick<HttpContext, "catalogue">, registry: Registry, perSource: PerSource): void {
  const last = ({ source }: Synced): ReturnType<typeof lastEnded> => lastEnded(catalogue, source.id, "full");
  addGauge(
    registry,
    perSource(
      { name: "imagedex_last_listing_duration_seconds", help: "Duration of the last full listing of a source" },
      (synced) => {
        const run = last(synced);
        return run?.finishedAt ? [[{}, (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000]] : [];
      },
    ),
  );
  addGauge(
    registry,
    perSource(
      {
        name: "imagedex_last_listing_result",
        help: "1 for the result of the last full listing of a source: complete, refused or failed",
        labels: ["result"],
      },
      (synced) => {
        const run = last(synced);
        return run ? RUN_ENDS.map((result) => [{ result }, Number(run.state === result)]) : [];
      },
    ),
  );
  addGauge(
    registry,
    perSource(
      {
        name: "imagedex_listing_warning",
        help: "1 if the current listing may lack images: unreadable ones, unreachable parts, EC2's Allowed AMIs setting",
      },
      ({ source }) => [[{}, Number(lastWarning(catalogue, source.id) !== null)]],
    ),
  );
  addGauge(
    registry,
    perSource(
      {
        name: "imagedex_last_listing_failure",
        help: "1 for the reason code of the last full listing of a source, if it was refused or failed",
        labels: ["code"],
      },
      (synced) => {
        const run = last(synced);
        return run && run.state !== "complete" ? [[{ code: run.code ?? "unknown" }, 1]] : [];
      },
    ),
  );
}

/** Counts since the process started. All begin at 0, so that Prometheus sees the first increase. */
function countersOf(perSource: PerSource): CollectedMetric[] {
  return [
    perSource(
      {
        name: "imagedex_syncs_total",
        help: "Finished syncs by result: complete, refused or failed",
        labels: ["kind", "state"],
      },
      (_, { ended }) =>
        RUN_KINDS.flatMap((kind) => RUN_ENDS.map((state) => [{ kind, state }, ended.get(`${kind} ${state}`) ?? 0])),
    ),
    perSource(
      { name: "imagedex_upstream_calls_total", help: "API calls of finished syncs" },
      (_, { upstreamCalls }) => [[{}, upstreamCalls]],
    ),
    perSource(
      { name: "imagedex_syncs_throttled_total", help: "Syncs that failed because the cloud throttled them" },
      (_, { throttled }) => [[{}, throttled]],
    ),
    perSource(
      { name: "imagedex_image_changes_total", help: "Images changed by syncs, by kind of change", labels: ["kind"] },
      (_, { changes }) => CHANGE_KINDS.map((kind) => [{ kind }, changes[kind]]),
    ),
  ];
}
