import { Router } from "express";
import { z } from "zod";
import type { HttpContext } from "../answering/http-context.ts";
import { describePath, json, OPEN } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { sendProblem } from "../../problems.ts";

export const healthPath = describePath("/healthz", {
  get: {
    operationId: "readHealth",
    summary: "Says that the process is up",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "The process is up.",
        content: json(z.object({ status: z.literal("ok") }), { status: "ok" }),
      },
    },
  },
});
export const readinessPath = describePath("/readyz", {
  get: {
    operationId: "readReadiness",
    summary: "Says whether the server can answer",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "It can answer.",
        content: json(z.object({ status: z.literal("ready") }), { status: "ready" }),
      },
      ...refusals(503),
    },
  },
});

/** `GET /healthz`: the process lives. `GET /readyz`: it can answer. */
export function healthRouter({ notReady }: Pick<HttpContext, "notReady">): Router {
  const router = Router();
  router.get(healthPath.path, (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get(readinessPath.path, (req, res) => {
    const reasons = notReady();
    if (reasons.length === 0) res.json({ status: "ready" });
    else sendProblem(req, res, { status: 503, detail: reasons.join("; ") });
  });
  return router;
}
