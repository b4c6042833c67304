import { Router } from "express";
import type { HttpContext } from "./http-context.ts";
import { sendProblem } from "./problems.ts";

/** `GET /healthz`: the process lives. `GET /readyz`: it can answer. */
export function healthRouter({ notReady }: Pick<HttpContext, "notReady">): Router {
  const router = Router();
  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get("/readyz", (req, res) => {
    const reasons = notReady();
    if (reasons.length === 0) res.json({ status: "ready" });
    else sendProblem(req, res, { status: 503, detail: reasons.join("; ") });
  });
  return router;
}
