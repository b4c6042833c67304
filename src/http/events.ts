import { type Response, Router } from "express";
import { runsWithIds } from "../catalogue/runs.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { listBackends } from "../catalogue/backends.ts";
import { visibleBackends } from "./access.ts";
import type { HttpContext } from "./http-context.ts";
import { sendProblem } from "./problems.ts";

/** Listeners at once; each holds a connection. */
const MAX_LISTENERS = 100;
/** A comment now and then tells proxies, and us, that somebody still listens. */
const HEARTBEAT_MS = 15_000;

/** `GET /events`: server-sent events, `progress` and `end` of syncs, of the backends that the bearer may see. */
export function eventsRouter({ catalogue, sync, closing }: HttpContext): Router {
  const router = Router();
  const listeners = new Set<Response>();
  closing.addEventListener("abort", () => {
    for (const listener of listeners) listener.end();
  });
  router.get("/events", (req, res) => {
    if (listeners.size >= MAX_LISTENERS)
      return sendProblem(req, res, { status: 503, detail: `${MAX_LISTENERS} listen already; ask again later` });
    res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    res.flushHeaders();
    res.write(": hello\n\n");
    listeners.add(res);
    const listening = sync.onChange((event) => {
      const [run] = runsWithIds(catalogue, [event.runId]);
      const seen = visibleBackends(res, listBackends(catalogue)).filter(({ id }) =>
        sourcesOf(catalogue, id).some((source) => source.id === run?.sourceId),
      );
      if (!run || seen.length === 0) return;
      const backends = seen.map(({ id }) => id);
      const name = "phase" in event ? "progress" : "end";
      const told =
        "phase" in event ? { phase: event.phase, listed: event.listed } : { state: run.state, error: run.error };
      res.write(`event: ${name}\ndata: ${JSON.stringify({ run: run.id, source: run.source, backends, ...told })}\n\n`);
    });
    const heart = setInterval(() => res.write(": still here\n\n"), HEARTBEAT_MS);
    res.once("close", () => {
      listening[Symbol.dispose]();
      clearInterval(heart);
      listeners.delete(res);
    });
  });
  return router;
}
