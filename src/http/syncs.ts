import { Router } from "express";
import { getBackend } from "../catalogue/backends.ts";
import { listRuns, type Run } from "../catalogue/runs.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { findProvider } from "../providers/registry.ts";
import { BadRequestError } from "../errors.ts";
import type { HttpContext } from "./http-context.ts";
import { assertKnown, readQueryString } from "./query-string.ts";

const MAX_RUNS = 500;
const DEFAULT_RUNS = 50;

/** `POST /backends/{id}/sync`, `GET /backends/{id}/syncs`. */
export function syncsRouter({ catalogue, sync, timetable, now }: HttpContext): Router {
  const router = Router();
  router.post("/backends/:backend/sync", async (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { kind = "full", ...others } = readQueryString(req);
    assertKnown(others, ["kind"]);
    if (kind !== "full" && kind !== "probe") throw new BadRequestError("kind: expected full or probe", "kind");
    if (kind === "probe" && !findProvider(backend.provider).canProbe)
      throw new BadRequestError(`kind: ${backend.provider} cannot be asked for what is new`, "kind");
    const { runs, isNew } = await sync.start(backend, { kind });
    res.status(isNew ? 202 : 200).json(runs.map(shownRun));
  });
  router.get("/backends/:backend/syncs", (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { limit = String(DEFAULT_RUNS), ...others } = readQueryString(req);
    assertKnown(others, ["limit"]);
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_RUNS) {
      throw new BadRequestError(`limit: expected a whole number from 1 to ${MAX_RUNS}`, "limit");
    }
    const sources = sourcesOf(catalogue, backend.id);
    const runs = listRuns(
      catalogue,
      sources.map(({ id }) => id),
      Number(limit),
    );
    const nextTry = (sourceId: number): string | null =>
      timetable.nextTry(backend, new Date(now()), [{ id: sourceId }])?.toISOString() ?? null;
    const isNewest = (run: Run): boolean => runs.find(({ sourceId }) => sourceId === run.sourceId) === run;
    res.json(runs.map((run) => ({ ...shownRun(run), next_try: isNewest(run) ? nextTry(run.sourceId) : null })));
  });
  return router;
}

function shownRun(run: Run): object {
  return {
    id: run.id,
    source: run.source,
    kind: run.kind,
    state: run.state,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    listed: run.listed,
    added: run.added,
    changed: run.changed,
    retired: run.retired,
    returned: run.returned,
    rejected: run.rejected,
    upstream_calls: run.upstreamCalls,
    error: run.error,
    warning: run.warning,
  };
}
