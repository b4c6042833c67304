import { beforeAll, describe, expect, test } from "vitest";
import { Registry } from "prom-client";
import { addNodeMetrics } from "../../src/http/metrics/node-metrics.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { scrape } from "../http/scrape.ts";
import { startServer } from "../http/start-server.ts";
import { alerts, dashboard, targets } from "./shipped-files.ts";

const expressions = [
  ...targets.map(({ panel, expr }) => [panel, expr] as const),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...dashboard.templating.list.flatMap(({ name, definition }) => (definition ? [[name, definition] as const] : [])),
];

const STATUS = {
  position: 1,
  lagMs: 0,
  isTooOld: false,
  trouble: undefined,
  compared: 1,
  tookMs: 1,
  isSendingWebhooks: false,
  clockAheadMs: 0,
};

/** The labels of each metric that a server tells of; Prometheus adds those of the scrape. */
let exposed: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  const backend = await seedBackend(catalogue, "one");
  commitImages(catalogue, backend, [image("ami-1")]);
  const runId = insertRun(catalogue, sourcesOf(catalogue, "one")[0]?.id ?? 0, NOW);
  updateRun(catalogue, runId, { state: "refused", finishedAt: NOW });
  await server.ask("/backends/one/images?search_term=ami&limit=1");
  const { values } = await scrape(server);
  const labels = new Map<string, Set<string>>();
  for (const sample of values.keys()) {
    const [name = "", of = ""] = sample.split("{");
    const known = labels.get(name) ?? new Set(["job", "instance"]);
    for (const [, label = ""] of of.matchAll(/([a-z_]+)="/g)) known.add(label);
    labels.set(name, known);
  }
  for (const name of nodeMetrics()) labels.set(name, new Set(["job", "instance"]));
  exposed = labels;
});

/** What a server has besides that is a node of several. */
function nodeMetrics(): string[] {
  const registry = new Registry();
  addNodeMetrics({ node: { status: () => STATUS, reached: () => Promise.resolve() } }, registry);
  return registry.getMetricsAsArray().map(({ name }) => name);
}

describe("the dashboard and the alerts", () => {
  test.each(expressions)("%s names metrics that /metrics has, with their labels: %s", (_, expr) => {
    const metrics = metricsIn(expr);
    expect(metrics).not.toEqual([]);
    expect(metrics.filter((name) => !exposed.has(name))).toEqual([]);
    const known = new Set(metrics.flatMap((name) => [...(exposed.get(name) ?? [])]));
    expect(labelsIn(expr).filter((label) => !known.has(label))).toEqual([]);
  });

  test.each(targets)("$panel: its legend names labels that are left: $legendFormat", ({ expr, legendFormat }) => {
    const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
    const left = grouped ?? metricsIn(expr).flatMap((name) => [...(exposed.get(name) ?? [])]);
    const named = [...legendFormat.matchAll(/\{\{([a-z_]+)\}\}/g)].map(([, label]) => label);
    expect(named.filter((label) => label !== undefined && !left.includes(label))).toEqual([]);
  });

  test("tell of every metric of imagedex's own, a node's too", () => {
    const used = new Set(expressions.flatMap(([, expr]) => metricsIn(expr)));
    const own = [...exposed.keys()].filter(
      (name) => name.startsWith("imagedex_") && !/_(sum|count|bucket)$/.test(name),
    );
    expect(own.filter((name) => !used.has(name))).toEqual([]);
  });

  test("have panels that do not overlap, each with an id of its own", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (__, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

function metricsIn(expr: string): string[] {
  const text = expr.replaceAll(/\{[^}]*\}|\b(by|on|without) \([^)]*\)/g, "");
  return [...new Set(text.match(/\b(imagedex|nodejs|process)_[a-z\d_]+/g))];
}

function labelsIn(expr: string): string[] {
  const groups = [...expr.matchAll(/\b(?:by|on|without) \(([^)]*)\)/g)].flatMap(([, names = ""]) =>
    names.split(/,\s*/),
  );
  const values = [...expr.matchAll(/label_values\([a-z_]+, ([a-z_]+)\)/g)].map(([, name = ""]) => name);
  return [...groups, ...values, ...[...expr.matchAll(/([a-z_]+)(?:=~|!=|=)"/g)].map(([, name = ""]) => name)];
}
