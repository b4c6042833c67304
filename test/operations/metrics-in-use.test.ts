import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { insertRun, updateRun } from "../../src/catalogue/runs.ts";
import { sourcesOf } from "../../src/catalogue/sources.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { scrape } from "../http/scrape.ts";
import { startServer } from "../http/start-server.ts";
import { cannotCheck, promtool } from "./promtool.ts";

const FOLDER = join(import.meta.dirname, "../../src/operations");
const ALERTS = join(FOLDER, "prometheus-alerts.yaml");

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}
interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const dashboard: Dashboard = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8"));
const alerts: AlertRules = parse(readFileSync(ALERTS, "utf8"));
const targets = dashboard.panels.flatMap((panel) => panel.targets.map((target) => ({ ...target, panel: panel.title })));
const expressions = [
  ...targets.map(({ panel, expr }) => [panel, expr] as const),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...dashboard.templating.list.flatMap(({ name, definition }) => (definition ? [[name, definition] as const] : [])),
];

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
  exposed = labels;
});

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

  test("tell of every metric of imagedex's own", () => {
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

describe.skipIf(cannotCheck)("Prometheus", () => {
  test("reads the alerts", () => {
    expect(promtool(["check", "rules", ALERTS])).toEqual({
      code: 0,
      said: expect.stringContaining(`SUCCESS: ${alerts.groups[0]?.rules.length} rules found`),
    });
  });

  test("reads the dashboard's expressions", () => {
    const rules = targets.map(({ expr }, n) => ({
      record: `panel:${n}`,
      expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$backend", ".*"),
    }));
    using folder = temporaryFolder();
    folder.write("rules.json", { groups: [{ name: "panels", rules }] });

    const { code, said } = promtool(["check", "rules", "rules.json"], { cwd: folder.path });

    expect([code, said]).toEqual([0, expect.stringContaining(`SUCCESS: ${rules.length} rules found`)]);
  });

  test("raises each alert when it should, and none when all is well", () => {
    const of = (labels: string): string => `{${labels},job="imagedex",instance="a"}`;
    const listing = (backend: string, result: string): string =>
      `imagedex_last_listing_result${of(`backend="${backend}",source="${backend} public",result="${result}"`)}`;
    const state = (backend: string, name: string): string =>
      `imagedex_catalogue_state${of(`backend="${backend}",state="${name}"`)}`;
    const enabled = (backend: string): string => `imagedex_backend_enabled${of(`backend="${backend}"`)}`;
    const age = (backend: string): string => `imagedex_catalogue_age_seconds${of(`backend="${backend}"`)}`;
    const series = (name: string, values: string): object => ({ series: name, values });
    const raised = (alertname: string, at: string, ...who: string[]): object => ({
      eval_time: at,
      alertname,
      exp_alerts: who.map((labels) => ({
        exp_labels: { severity: "warning", job: "imagedex", instance: "a", ...pairs(labels) },
      })),
    });
    const test = {
      interval: "1m",
      input_series: [
        ...["well", "ill", "fresh"].map((backend) => series(enabled(backend), "1x600")),
        series(enabled("off"), "0x600"),
        series(age("well"), "100x600"),
        ...["ill", "off"].map((backend) => series(age(backend), "200000x600")),
        ...["well", "ill", "off"].flatMap((backend) =>
          ["complete", "refused", "failed"].map((result) =>
            series(listing(backend, result), `${Number((backend === "well") === (result === "complete"))}x600`),
          ),
        ),
        ...["well", "ill", "off"].map((backend) =>
          series(`imagedex_parts_out_of_reach${of(`backend="${backend}"`)}`, `${Number(backend !== "well")}x600`),
        ),
        series(state("fresh", "new"), "1x600"),
        series(state("well", "new"), "0x600"),
        series(state("well", "complete"), "1x600"),
      ],
      alert_rule_test: [
        raised("ImagedexCatalogueStale", "14m"),
        raised("ImagedexCatalogueStale", "16m", "backend=ill"),
        raised("ImagedexListingRefused", "9m"),
        raised("ImagedexListingRefused", "11m", "source=ill public"),
        raised("ImagedexSyncsFailing", "59m"),
        raised("ImagedexSyncsFailing", "61m", "source=ill public"),
        raised("ImagedexPartOutOfReach", "5h"),
        raised("ImagedexPartOutOfReach", "6h1m", "backend=ill"),
        raised("ImagedexNeverListed", "5h"),
        raised("ImagedexNeverListed", "6h1m", "backend=fresh,state=new"),
      ],
    };
    using folder = temporaryFolder();
    // The labels decide; what the alerts say is for people.
    const rules = alerts.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, annotations: {} })),
    }));
    folder.write("rules.json", { groups: rules });
    folder.write("test.json", { rule_files: ["rules.json"], evaluation_interval: "1m", tests: [test] });

    expect(promtool(["test", "rules", "test.json"], { cwd: folder.path }).said).toContain("SUCCESS");
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

/** "backend=ill,state=new" as an object. */
function pairs(labels: string): Record<string, string> {
  return Object.fromEntries(labels.split(",").map((pair) => pair.split("=")));
}

function temporaryFolder(): Disposable & { readonly path: string; write(name: string, content: object): void } {
  const path = mkdtempSync(join(tmpdir(), "imagedex-rules-"));
  return {
    path,
    write: (name, content) => writeFileSync(join(path, name), JSON.stringify(content)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}
