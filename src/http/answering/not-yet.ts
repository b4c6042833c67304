import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import type { Backend } from "../../record/backends.ts";
import { type Source, sourcesOf } from "../../record/sources.ts";
import type { AnswerScope } from "./answer-scope.ts";
import { missingSource, shownMissing } from "./missing-sources.ts";
import { clearCatalogueHeaders, missingHeader, writeMissing } from "./catalogue-headers.ts";
import { describeMissing } from "./describe-missing.ts";
import { progressOf } from "./first-listing.ts";
import type { HttpContext } from "./http-context.ts";
import { problem, sendProblem } from "../../problems.ts";

const progressOfSource = z.object({
  source: z.string(),
  phase: z.enum(["waiting", "listing", "committing", "failed"]),
  listed: z.int().min(0),
  error: z.string().optional(),
});

/** What `answerNotYet` answers. */
export const notYet: ZodOpenApiResponseObject = {
  id: "NotYet",
  description:
    "Not certain yet: a first listing is running, or some source was never listed and nothing was found in the others. `partial=true` turns this into a 200 with what is listed.",
  headers: z.object({
    "Retry-After": z.int().min(1).meta({ description: "seconds to wait before the next request" }),
    "X-Catalogue-State": z.literal("partial"),
    "X-Catalogue-Missing": missingHeader,
  }),
  content: {
    "application/problem+json": {
      schema: problem
        .extend({
          progress: z.array(progressOfSource).meta({ description: "progress of the first listing of each source" }),
          missing: z.array(missingSource).meta({ description: "which sources are not listed, and why" }),
          next_try: z.iso.datetime().nullable().meta({ description: "when the next scheduled sync is" }),
        })
        .meta({ id: "NotYetProblem" }),
      example: {
        type: "about:blank",
        title: "Service Unavailable",
        status: 503,
        detail: "not listed yet; the first sync is running: ec2 eu-west-1 public (listing, 42,000 images so far)",
        instance: "/backends/ireland/images?search_term=ubuntu",
        progress: [{ source: "ec2 eu-west-1 public", phase: "listing", listed: 42000 }],
        missing: [{ source: "ec2 eu-west-1 public", code: "pending", reason: "the first listing is running" }],
        next_try: null,
      },
    },
  },
};

/**
 * Seconds until the client should ask again, while a first listing runs, after a cloud did not answer, and for what no sync
 * lists.
 */
const RETRY_AFTER = 5;
const SEARCH_AGAIN = 30;
const NOBODY_LISTS = 60;

/**
 * Answers how far the first listings are and what is missing, and starts those that are not running. After a failed one the
 * next waits for its scheduled time, no matter how often somebody asks. `found`: what is certain nevertheless.
 */
export async function answerNotYet(
  context: HttpContext,
  req: Request,
  res: Response,
  scope: Pick<AnswerScope, "asked" | "missing" | "isReady">,
  found = "nothing found in what is listed",
): Promise<void> {
  const { catalogue, timetable, now } = context;
  const at = new Date(now());
  const unlisted = scope.missing.filter(({ code }) => code !== "unanswered").map(({ source }) => source);
  const lacking = scope.asked.filter(({ id, enabled }) => enabled && shows(context, id, unlisted));
  for (const backend of lacking) await startFirst(context, backend, at);
  const progress = [...new Set(unlisted)]
    .filter(({ revision }) => revision === 0)
    .map((one) => progressOf(context, one));
  const nextTry = lacking
    .flatMap((backend) => {
      const own = sourcesOf(catalogue, backend.id).filter(({ id }) => unlisted.some((source) => source.id === id));
      return timetable.nextTry(backend, at, own)?.getTime() ?? [];
    })
    .toSorted((a, b) => a - b)[0];
  const isWaiting = progress.every(({ phase }) => phase === "failed");
  const wait = isWaiting && nextTry !== undefined ? Math.ceil((nextTry - at.getTime()) / 1000) : 0;
  const isSearched = scope.missing.some(({ code }) => code === "unanswered");
  const least = isSearched ? SEARCH_AGAIN : lacking.length === 0 ? NOBODY_LISTS : RETRY_AFTER;
  clearCatalogueHeaders(res);
  if (scope.missing.length > 0) res.set("X-Catalogue-Missing", writeMissing(scope.missing));
  res.set({ "Retry-After": String(Math.max(least, wait)), "X-Catalogue-State": "partial" });
  sendProblem(req, res, {
    status: 503,
    detail: describeMissing(scope, progress, found),
    progress,
    missing: scope.missing.map(shownMissing),
    next_try: nextTry === undefined ? null : new Date(nextTry).toISOString(),
  });
}

function shows({ catalogue }: HttpContext, backendId: string, sources: readonly Source[]): boolean {
  return sourcesOf(catalogue, backendId).some(({ id }) => sources.some((source) => source.id === id));
}

async function startFirst({ timetable, sync }: HttpContext, backend: Backend, at: Date): Promise<void> {
  if (sync.isOff) return;
  if (timetable.isDue(backend, at)) return void (await sync.start(backend));
  const only = timetable.dueAgain(backend, at);
  if (only.length > 0) await sync.start(backend, { only });
}
