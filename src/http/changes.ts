import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { getBackend } from "../catalogue/backends.ts";
import { CHANGE_KINDS, type ChangeKind } from "../catalogue/read-changes.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { type ChangesPage, findChanges } from "../search/find-changes.ts";
import { shownChange } from "../search/shown-change.ts";
import { writeAtomFeed } from "./atom-feed.ts";
import { answerNotModified, setCatalogueHeaders } from "./catalogue-headers.ts";
import { readStatus } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { changesShape, count, queryOf, time } from "./image-parameters.ts";
import { assertKnown, readQueryString } from "./query-string.ts";
import { sendBody } from "./send-answer.ts";

const DEFAULT_LIMIT = 100;

const cursor = count(0, Number.MAX_SAFE_INTEGER);
const changesParameters = z.strictObject({
  ...changesShape,
  kind: z
    .string("expected text")
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(CHANGE_KINDS, `expected one or more of ${CHANGE_KINDS.join(",")}`)))
    .optional(),
  /** A time, or the id of the last change that is known. */
  since: z.union([cursor, time], "expected a change's id, or an ISO 8601 date or time such as 2026-01-31").optional(),
  before: cursor.optional(),
  limit: count(1, 1000).default(DEFAULT_LIMIT),
});

/** `GET /backends/{id}/changes` (JSON) and `/backends/{id}/changes.atom`: what happened to images, newest first. */
export function changesRouter(context: HttpContext): Router {
  const router = Router();
  router.get("/backends/:backend/changes", async (req, res) => {
    const answer = readAnswer(context, req, res);
    if (!answer) return;
    const { changes, next } = answer.page;
    if (answer.nextUrl !== undefined) res.set("Link", `<${answer.nextUrl}>; rel="next"`);
    await sendBody(req, res, JSON.stringify({ changes: changes.map(shownChange), next: next ?? null }));
  });
  router.get("/backends/:backend/changes.atom", async (req, res) => {
    const answer = readAnswer(context, req, res);
    if (!answer) return;
    const origin = `${req.protocol}://${req.get("host") ?? "localhost"}`;
    const feed = writeAtomFeed({ ...answer, origin, changes: answer.page.changes, self: req.originalUrl });
    await sendBody(req, res, feed, "application/atom+xml");
  });
  return router;
}

interface ChangesAnswer {
  readonly backendId: string;
  readonly title: string;
  readonly updated: string;
  readonly page: ChangesPage;
  readonly nextUrl: string | undefined;
}

/** Undefined when the client has the answer already, and was told so. */
function readAnswer(
  { catalogue, search, now }: HttpContext,
  req: Request<{ backend: string }>,
  res: Response,
): ChangesAnswer | undefined {
  const backend = getBackend(catalogue, req.params.backend);
  const given = readQueryString(req);
  assertKnown(given, Object.keys(changesParameters.shape));
  const { kind, since, before, limit, ...read } = changesParameters.parse(given);
  search.follow();
  const status = readStatus(catalogue, [backend]);
  setCatalogueHeaders(res, status, now());
  const moment = read.deprecated === undefined ? "" : now();
  if (answerNotModified(req, res, req.originalUrl, search.stateKey([backend]), status.syncedAt, moment))
    return undefined;
  const page = findChanges(catalogue, queryOf(read), {
    sourceIds: sourcesOf(catalogue, backend.id).map(({ id }) => id),
    after: typeof since === "number" ? since : 0,
    since: typeof since === "string" ? since : "",
    before: before ?? Number.MAX_SAFE_INTEGER,
    kinds: new Set<ChangeKind>(kind ?? CHANGE_KINDS),
    limit,
    now: now(),
  });
  const [path = ""] = req.originalUrl.split("?");
  return {
    backendId: backend.id,
    title: read.search_term ? `${backend.title}: ${read.search_term}` : backend.title,
    updated: page.changes[0]?.at ?? status.syncedAt ?? backend.createdAt,
    page,
    nextUrl:
      page.next === undefined
        ? undefined
        : `${path}?${new URLSearchParams({ ...given, before: String(page.next) }).toString()}`,
  };
}
