import { AggregatorRegistry, type Registry } from "prom-client";
import type { OtherProcesses } from "../answering/http-context.ts";

/** What one process of several says of itself. */
interface Measured {
  /** `getMetricsAsJSON` of requests, searches and the process. */
  readonly own: readonly JsonMetric[];
  /** Of syncs, as text: only the process that syncs has it. */
  readonly syncs: string | undefined;
}

interface JsonMetric {
  readonly name: string;
  readonly aggregator: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string | number>> }[];
}

/**
 * Metrics of all processes of a server, whichever is asked. Requests and searches are sums, which never fall when a process
 * ends: what it had counted at the last look stays in them. What Node.js tells of a process has its number as the label
 * `worker`. Syncs are counted by the process that syncs, and left out for the moments in which there is none.
 */
export function measureTogether(
  { isFirst, measurements, answerMeasured }: OtherProcesses,
  own: Registry,
  syncs: Registry,
): () => Promise<string> {
  const measure = async (): Promise<string> =>
    JSON.stringify({
      own: await own.getMetricsAsJSON(),
      syncs: isFirst ? await syncs.metrics() : undefined,
    });
  answerMeasured(measure);
  return async () => {
    const { workers, departed } = await measurements(await measure());
    const living = workers.map(({ number, measured }) => ({ number, ...read(measured) }));
    const all = [
      ...living.map((one) => one.own.map((metric) => (isOfProcess(metric) ? label(metric, one.number) : metric))),
      ...departed.map((measured) => read(measured).own),
    ];
    const sums = await aggregate(all).metrics();
    return [sums, ...living.flatMap(({ syncs: text }) => text ?? [])].join("\n");
  };
}

/** What processes counted that have ended, added up; what they were is left out. */
export async function addUpMeasured(measured: readonly string[]): Promise<string> {
  const counted = measured.map((one) => read(one).own.filter((metric) => !isOfProcess(metric)));
  return JSON.stringify({ own: await aggregate(counted).getMetricsAsJSON() });
}

function read(measured: string): Measured {
  return JSON.parse(measured);
}

function isOfProcess({ name }: JsonMetric): boolean {
  return /^(process|nodejs)_/.test(name);
}

function label(metric: JsonMetric, worker: number): JsonMetric {
  const values = metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker: String(worker) } }));
  // Each value has labels of its own, so that there is nothing to add up.
  return { ...metric, aggregator: "sum", values };
}

function aggregate(all: readonly (readonly JsonMetric[])[]): Registry {
  return AggregatorRegistry.aggregate(all.map((metrics) => [...metrics]));
}
