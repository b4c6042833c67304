import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cannotCheck, promtool } from "./promtool.ts";
import { ALERTS, alerts, targets } from "./shipped-files.ts";

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
