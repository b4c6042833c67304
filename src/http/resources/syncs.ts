import { Router } from "express";
import { z } from "zod";
import { getBackend } from "../../record/backends.ts";
import { RUN_CODES, type RunCode } from "../../catalogue/file/run-codes.ts";
import { listRuns, type Run } from "../../record/runs.ts";
import { sourcesOf } from "../../record/sources.ts";
import { findProvider } from "../../providers/registry.ts";
import { BadRequestError } from "../../errors.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { count } from "../reading/image-parameters.ts";
import { ADMINS, describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";

const MAX_RUNS = 500;
const DEFAULT_RUNS = 50;

const startParameters = z.strictObject({
  kind: z
    .enum(["full", "probe"], "expected full or probe")
    .default("full")
    .meta({ description: "`probe`: only ask for new images, where the cloud can tell" }),
});
const listParameters = z.strictObject({
  limit: count(1, MAX_RUNS)
    .default(DEFAULT_RUNS)
    .meta({ description: "number of runs", override: { default: DEFAULT_RUNS } }),
});

const counted = z.int().min(0);
export const runJson = z
  .object({
    id: z.int(),
    source: z.string().meta({ description: "the source; backends of one region share it" }),
    kind: z
      .enum(["full", "probe", "find"])
      .meta({ description: "`full`: a listing; `probe`: only new images; `find`: a search passed on to the cloud" }),
    state: z.enum(["queued", "running", "complete", "refused", "failed"]).meta({
      description:
        "`refused`: the listing was empty, much smaller than the catalogue or mostly unreadable; the catalogue was not changed",
    }),
    started_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    listed: counted,
    added: counted,
    changed: counted,
    retired: counted,
    returned: counted,
    rejected: counted.meta({ description: "number of images that could not be read" }),
    upstream_calls: counted,
    code: z
      .enum([...RUN_CODES, "unknown"])
      .nullable()
      .meta({ description: "reason code, if it was refused or failed; `unknown` for runs of older releases" }),
    error: z.string().nullable().meta({ description: "the reason, for people" }),
    warning: z.string().nullable().meta({ description: "what the complete listing may lack" }),
  })
  .meta({ id: "Run", description: "A sync run: one try to list a source." });
export type ShownRun = z.infer<typeof runJson>;
const runWithNextTry = runJson
  .extend({
    next_try: z.iso.datetime().nullable().meta({
      description: "when the source is synced next; only in its newest run",
    }),
  })
  .meta({ id: "RunWithNextTry", description: "A sync run, and when the next one is." });

const RUN_EXAMPLE = {
  id: 17,
  source: "ec2 eu-west-1 public",
  kind: "full",
  state: "complete",
  started_at: "2026-11-01T03:17:02.000Z",
  finished_at: "2026-11-01T03:17:39.000Z",
  listed: 201344,
  added: 312,
  changed: 20,
  retired: 87,
  returned: 1,
  rejected: 0,
  upstream_calls: 202,
  code: null,
  error: null,
  warning: null,
};
const QUEUED = { ...RUN_EXAMPLE, id: 18, state: "queued", finished_at: null, listed: 0, added: 0, changed: 0 };
const QUEUED_EXAMPLE = [{ ...QUEUED, retired: 0, returned: 0, upstream_calls: 0 }];

export const syncPath = describePath("/backends/:backend/sync", {
  post: {
    operationId: "startSync",
    summary: "Starts a sync",
    tags: ["Syncs"],
    security: ADMINS,
    requestParams: { query: startParameters },
    responses: {
      "200": { description: "Every source is being synced already.", content: json(z.array(runJson), QUEUED_EXAMPLE) },
      "202": { description: "Started: one run for each source.", content: json(z.array(runJson), QUEUED_EXAMPLE) },
      ...refusals(404),
    },
  },
});
export const syncsPath = describePath("/backends/:backend/syncs", {
  get: {
    operationId: "listSyncs",
    summary: "Lists the sync runs of a backend, newest first",
    tags: ["Syncs"],
    security: READERS,
    requestParams: { query: listParameters },
    responses: {
      "200": {
        description: "The runs.",
        content: json(z.array(runWithNextTry), [{ ...RUN_EXAMPLE, next_try: "2026-11-02T03:17:00.000Z" }]),
      },
      ...refusals(404),
    },
  },
});

/** `POST /backends/{id}/sync`, `GET /backends/{id}/syncs`. */
export function syncsRouter({ catalogue, sync, timetable, now }: HttpContext): Router {
  const router = Router();
  router.post(syncPath.path, async (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { kind } = readParameters(req, startParameters);
    if (kind === "probe" && !findProvider(backend.provider).canProbe)
      throw new BadRequestError(`kind: ${backend.provider} cannot be asked for new images`, "kind");
    const { runs, isNew } = await sync.start(backend, { kind });
    res.status(isNew ? 202 : 200).json(runs.map(shownRun));
  });
  router.get(syncsPath.path, (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { limit } = readParameters(req, listParameters);
    const sources = sourcesOf(catalogue, backend.id);
    const runs = listRuns(
      catalogue,
      sources.map(({ id }) => id),
      limit,
    );
    const nextTry = (sourceId: number): string | null =>
      timetable.nextTry(backend, new Date(now()), [{ id: sourceId }])?.toISOString() ?? null;
    const isNewest = (run: Run): boolean => runs.find(({ sourceId }) => sourceId === run.sourceId) === run;
    res.json(runs.map((run) => ({ ...shownRun(run), next_try: isNewest(run) ? nextTry(run.sourceId) : null })));
  });
  return router;
}

/** A run with the names of answers. */
export function shownRun(run: Run): ShownRun {
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
    code: codeOf(run),
    error: run.error,
    warning: run.warning,
  };
}

function codeOf({ state, code }: Run): RunCode | "unknown" | null {
  return state === "refused" || state === "failed" ? (code ?? "unknown") : null;
}
