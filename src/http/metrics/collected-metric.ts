import { Counter, Gauge, type Registry } from "prom-client";

/** A metric whose values are read when Prometheus asks. They are not kept, so that removed backends have no series. */
export interface CollectedMetric {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Yields every series, with its value. */
  readonly read: () => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;
}

export function addGauge(registry: Registry, { name, help, labels = [], read }: CollectedMetric): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [],
    collect() {
      this.reset();
      for (const [of, value] of read()) this.set(of, value);
    },
  });
  registry.registerMetric(gauge);
}

/** The totals that `read` yields may not shrink while the process lives. */
export function addCounter(registry: Registry, { name, help, labels = [], read }: CollectedMetric): void {
  const counter = new Counter({
    name,
    help,
    labelNames: [...labels],
    registers: [],
    collect() {
      this.reset();
      for (const [of, value] of read()) this.inc(of, value);
    },
  });
  registry.registerMetric(counter);
}
