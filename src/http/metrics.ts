import { statSync } from "node:fs";
import { Router, type RequestHandler } from "express";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";
import type { Source } from "../catalogue/backends.ts";
import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { lastEnded, lastWarning, type Run, runsEndedAfter } from "../catalogue/runs.ts";
import { listSources } from "../catalogue/sources.ts";
import { createBackendReader } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { describePath, READERS } from "./openapi/api-path.ts";
import { refusals } from "./openapi/refusals.ts";
import { sendProblem } from "./problems.ts";

export const metricsPath = describePath("/metrics", {
  get: {
    operationId: "readMetrics",
    summary: "What Prometheus asks for",
    description: "For tokens that are for all backends.",
    tags: ["Server"],
    security: READERS,
    responses: {
      "200": {
        description: "Prometheus' text format.",
        content: { "text/plain": { schema: z.string(), example: "imagedex_images{…} 201344\n" } },
      },
      ...refusals(403),
    },
  },
});

/** What Prometheus may ask of this process. */
export interface Metrics {
  /** Times every request by its route, never by its path: labels stay as few as routes. */
  readonly watch: RequestHandler;
  /** Takes the time of a search, in seconds: from its question to its answer, not yet sent. */
  searched(seconds: number): void;
  /** `GET /metrics`. */
  readonly router: Router;
}

/** Seconds: from an answer out of memory to one that somebody gives up. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(context: HttpContext): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "imagedex_http_request_duration_seconds",
    help: "Time to answer HTTP requests",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS,
    registers,
  });
  const searches = new Histogram({
    name: "imagedex_search_duration_seconds",
    help: "Time to find the images of a search",
    buckets: BUCKETS,
    registers,
  });
  addCatalogueMetrics(context, registers);
  addSyncMetrics(context.catalogue, registers);

  const router = Router();
  router.get(metricsPath.path, async (req, res) => {
    if (res.locals["backends"] !== undefined)
      return sendProblem(req, res, { status: 403, detail: "this token is for some backends; metrics tell of all" });
    res.type(registry.contentType).send(await registry.metrics());
  });
  return {
    watch(req, res, next) {
      const stop = requests.startTimer();
      res.once("close", () => {
        const path: unknown = req.route?.path;
        stop({ method: req.method, route: typeof path === "string" ? path : "none", status: res.statusCode });
      });
      next();
    },
    searched: (seconds) => searches.observe(seconds),
    router,
  };
}

/** What the catalogue holds, read when it is asked for: whoever synced it. */
function addCatalogueMetrics({ catalogue, search, now }: HttpContext, registers: Registry[]): void {
  const read = createBackendReader(catalogue);
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void): void => {
    // eslint-disable-next-line no-new
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        collect(this);
      },
    });
  };
  gauge("imagedex_catalogue_images", "Images that a backend shows", ["backend"], (images) => {
    for (const { id } of read().backends) images.set({ backend: id }, search.imageCount(read(id).backends));
  });
  gauge("imagedex_catalogue_age_seconds", "Time since the oldest listing shown was committed", ["backend"], (age) => {
    for (const { id } of read().backends) {
      const { syncedAt } = read(id).status;
      if (syncedAt) age.set({ backend: id }, Math.max(0, (Date.parse(now()) - Date.parse(syncedAt)) / 1000));
    }
  });
  gauge("imagedex_catalogue_state", "1 for the state that a backend is in", ["backend", "state"], (states) => {
    for (const { id } of read().backends) states.set({ backend: id, state: read(id).status.state }, 1);
  });
  gauge("imagedex_index_families", "Families in the index that ranks and suggests", [], (families) => {
    families.set(search.familyCount);
  });
  gauge("imagedex_database_bytes", "Size of the catalogue's files", ["file"], (bytes) => {
    for (const [file, suffix] of [
      ["main", ""],
      ["wal", "-wal"],
    ] as const)
      bytes.set({ file }, statSync(catalogue.file + suffix, { throwIfNoEntry: false })?.size ?? 0);
  });
}

/** How syncs went, here and in other processes: their rows tell. */
function addSyncMetrics(catalogue: Catalogue, registers: Registry[]): void {
  const ofLast = (name: string, help: string, valueOf: (run: Run, source: Source) => number): void => {
    // eslint-disable-next-line no-new
    new Gauge({
      name,
      help,
      labelNames: ["source"],
      registers,
      collect() {
        this.reset();
        for (const source of listSources(catalogue)) {
          const run = lastEnded(catalogue, source.id, "full");
          if (run) this.set({ source: source.key }, valueOf(run, source));
        }
      },
    });
  };
  ofLast(
    "imagedex_last_listing_duration_seconds",
    "Time that the last full listing took",
    ({ startedAt, finishedAt }) => (finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0),
  );
  ofLast("imagedex_last_listing_refused", "1 when the last full listing was refused as implausible", ({ state }) =>
    Number(state === "refused"),
  );
  ofLast(
    "imagedex_source_warning",
    "1 when the last listing may lack images, as by EC2's Allowed AMIs",
    (_run, { id }) => Number(lastWarning(catalogue, id) !== null),
  );
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames: ["source", ...labelNames], registers });
  const tally = createTally(catalogue);
  // eslint-disable-next-line no-new
  new Counter({
    name: "imagedex_syncs_total",
    help: "Syncs that ended since this process started, by how",
    labelNames: ["source", "kind", "state"],
    registers,
    collect() {
      for (const run of tally()) {
        const { source, kind, state } = run;
        this.inc({ source, kind, state });
        calls.inc({ source }, run.upstreamCalls);
        if (/throttled/.test(run.error ?? "")) throttled.inc({ source });
        for (const change of ["added", "changed", "retired", "returned"] as const)
          changes.inc({ source, kind: change }, run[change]);
      }
    },
  });
  // Behind the one above, which counts for them: metrics are collected in their order.
  const calls = counter("imagedex_upstream_calls_total", "Calls of clouds' APIs", []);
  const changes = counter("imagedex_image_changes_total", "Images that changed, by what happened", ["kind"]);
  const throttled = counter("imagedex_syncs_throttled_total", "Syncs that throttling ended", []);
}

/** Yields each run that ended since, once. */
function createTally(catalogue: Catalogue): () => Run[] {
  let since = runsEndedAfter(catalogue, -1).reduce((newest, { id }) => Math.max(newest, id), 0);
  const seen = new Set<number>();
  return () => {
    const ended = runsEndedAfter(catalogue, since).filter(({ id }) => !seen.has(id));
    for (const { id } of ended) seen.add(id);
    // Runs end in any order: the cursor moves up to the first that is under way.
    while (seen.delete(since + 1)) since++;
    return ended;
  };
}
