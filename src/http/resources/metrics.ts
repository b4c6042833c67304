import { type Request, type RequestHandler, Router } from "express";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { z } from "zod";
import { addCatalogueMetrics } from "../metrics/catalogue-metrics.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { describePath, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { sendProblem } from "../../problems.ts";
import { addNodeMetrics } from "../metrics/node-metrics.ts";
import { addSyncMetrics } from "../metrics/sync-metrics.ts";
import { measureTogether } from "../metrics/measure-together.ts";
import { askerOf } from "../../access/asker.ts";

export const metricsPath = describePath("/metrics", {
  get: {
    operationId: "readMetrics",
    summary: "Metrics for Prometheus",
    description: "Needs a token for all backends. Of a server of several processes, any of them tells of all.",
    tags: ["Server"],
    security: READERS,
    responses: {
      "200": {
        description: "Prometheus' text format.",
        content: {
          "text/plain": { schema: z.string(), example: 'imagedex_catalogue_images{backend="ireland"} 201344\n' },
        },
      },
      ...refusals(403),
    },
  },
});

/** What Prometheus may ask of this process. */
export interface Metrics {
  /** Times every request by its route, not its path, so that there are as few labels as routes. */
  readonly watch: RequestHandler;
  /** Records the seconds of a search, without sending its answer. */
  searched(seconds: number): void;
  /** `GET /metrics`, for askers who may see every backend. */
  readonly router: Router;
}

/** Seconds: from an answer from memory to one that the client gives up. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

export function createMetrics(context: HttpContext): Metrics {
  const { crew } = context;
  const registry = new Registry();
  // What is of one process alone, and what the one that syncs says for all, is put together where there are several.
  const own = crew ? new Registry() : registry;
  const syncs = crew ? new Registry() : registry;
  const registers = [own];
  collectDefaultMetrics({ register: own });
  const requests = new Histogram({
    name: "imagedex_http_request_duration_seconds",
    help: "Duration of HTTP requests by route and class of status; without /events, which stays open",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS,
    registers,
  });
  const searches = new Histogram({
    name: "imagedex_search_duration_seconds",
    help: "Duration of searches, without sending the answer",
    buckets: BUCKETS,
    registers,
  });
  addCatalogueMetrics(context, registry);
  addSyncMetrics(context, syncs);
  addNodeMetrics(context, registry);

  const ofOthers = crew && measureTogether(crew, own, syncs);

  const router = Router();
  router.get(metricsPath.path, async (req, res) => {
    if (askerOf(res).backends !== "all")
      return sendProblem(req, res, {
        status: 403,
        detail: "Metrics need a token for all backends; yours is for some.",
      });
    res.type(registry.contentType).send((await registry.metrics()) + ((await ofOthers?.()) ?? ""));
  });
  return {
    watch(req, res, next) {
      const stop = requests.startTimer();
      res.once("close", () => {
        const route = routeOf(req);
        if (route === "/events") return;
        const method = METHODS.includes(req.method) ? req.method : "other";
        stop({ method, route, status: `${Math.floor(res.statusCode / 100)}xx` });
      });
      next();
    },
    searched: (seconds) => searches.observe(seconds),
    router,
  };
}

/**
 * The pattern of the route that answered; `none` without one. The page's files, whose names change with each build, count as
 * one.
 */
function routeOf(req: Request): string {
  const path: unknown = req.route?.path;
  if (typeof path !== "string") return "none";
  return path.startsWith("/assets/") ? "/assets/*" : path;
}
