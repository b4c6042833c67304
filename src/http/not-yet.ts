import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import type { Backend } from "../catalogue/backends.ts";
import type { Source } from "../catalogue/sources.ts";
import { lastRun } from "../catalogue/runs.ts";
import type { CurrentBackends } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { problem, sendProblem } from "./problems.ts";

const progressOfSource = z.object({
  source: z.string(),
  phase: z.enum(["waiting", "listing", "committing", "failed"]),
  listed: z.int().min(0),
  error: z.string().optional(),
});

/** What `answerNotYet` answers. */
export const notYet: ZodOpenApiResponseObject = {
  id: "NotYet",
  description: "Nothing was listed yet: the first listing is under way, or the last try failed.",
  headers: z.object({
    "Retry-After": z.int().min(1).meta({ description: "ask again after so many seconds" }),
    "X-Catalogue-State": z.literal("partial"),
  }),
  content: {
    "application/problem+json": {
      schema: problem
        .extend({
          progress: z.array(progressOfSource).meta({ description: "how far the first listing of each source is" }),
          next_try: z.iso.datetime().nullable().meta({ description: "when the next listing begins by itself" }),
        })
        .meta({ id: "NotYetProblem" }),
      example: {
        type: "about:blank",
        title: "Service Unavailable",
        status: 503,
        detail: "never listed yet; its first sync is under way",
        instance: "/backends/ireland/images?search_term=ubuntu",
        progress: [{ source: "ec2 eu-west-1 public", phase: "listing", listed: 42000 }],
        next_try: null,
      },
    },
  },
};

/** After how many seconds to ask again for a catalogue that is being made. */
const RETRY_AFTER = 5;

/**
 * Nothing was listed yet: says how far the first listing is, and starts it if nobody did. After one that failed the next
 * waits for its time, however often somebody asks.
 */
export async function answerNotYet(
  context: HttpContext,
  req: Request,
  res: Response,
  { backends, status }: CurrentBackends,
): Promise<void> {
  const { timetable, now } = context;
  const at = new Date(now());
  const enabled = backends.filter((backend) => backend.enabled);
  for (const backend of enabled) await startFirst(context, backend, at);
  const progress = status.sources.map((source) => progressOf(context, source));
  const nextTry = enabled
    .flatMap((backend) => timetable.nextTry(backend, at)?.getTime() ?? [])
    .toSorted((a, b) => a - b)[0];
  const failures = progress.flatMap(({ phase, error }) => (phase === "failed" && error ? [error] : []));
  const isWaiting = enabled.length > 0 && failures.length === progress.length;
  const wait = isWaiting && nextTry !== undefined ? Math.ceil((nextTry - at.getTime()) / 1000) : 0;
  res.set({ "Retry-After": String(Math.max(RETRY_AFTER, wait)), "X-Catalogue-State": "partial" });
  sendProblem(req, res, {
    status: 503,
    detail: detailOf(enabled.length > 0, isWaiting ? failures : []),
    progress,
    next_try: nextTry === undefined ? null : new Date(nextTry).toISOString(),
  });
}

async function startFirst({ timetable, sync }: HttpContext, backend: Backend, at: Date): Promise<void> {
  if (timetable.isDue(backend, at)) return void (await sync.start(backend));
  const only = timetable.dueAgain(backend, at);
  if (only.length > 0) await sync.start(backend, { only });
}

interface FirstListing {
  readonly source: string;
  readonly phase: string;
  readonly listed: number;
  readonly error?: string;
}

function progressOf({ catalogue, sync }: HttpContext, { id, key }: Source): FirstListing {
  const progress = sync.progress(id);
  if (progress) return { source: key, phase: progress.phase, listed: progress.listed };
  const last = lastRun(catalogue, id);
  if (last?.state !== "failed" && last?.state !== "refused") return { source: key, phase: "waiting", listed: 0 };
  return { source: key, phase: "failed", listed: 0, error: last.error ?? last.state };
}

function detailOf(isEnabled: boolean, failures: readonly string[]): string {
  if (!isEnabled) return "never listed yet, and not enabled";
  if (failures.length === 0) return "never listed yet; its first sync is under way";
  return `never listed yet; the last try failed: ${failures.join("; ")}`;
}
