import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { getBackend } from "../../record/backends.ts";
import { CHANGE_KINDS, type ChangeKind } from "../../catalogue/read/read-changes.ts";
import { sourcesOf } from "../../record/sources.ts";
import { type ChangesPage, findChanges } from "../../search/find/find-changes.ts";
import { shownChange } from "../../search/answer/shown-change.ts";
import { writeAtomFeed } from "../answering/atom-feed.ts";
import {
  answerNotModified,
  conditional,
  notModified,
  setCatalogueHeaders,
  validatedHeaders,
} from "../answering/catalogue-headers.ts";
import { readAnswerScope, scopeKey } from "../answering/answer-scope.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { changesShape, count, queryOf, time } from "../reading/image-parameters.ts";
import { trust } from "../reading/value-parameters.ts";
import { describePath, json, type Operation, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { assertKnown, readQueryString, writeQueryString } from "../reading/query-string.ts";
import { sendBody } from "../answering/send-answer.ts";

const DEFAULT_LIMIT = 100;

const cursor = count(0, Number.MAX_SAFE_INTEGER);
export const changesParameters = z.strictObject({
  ...changesShape,
  kind: z
    .string("expected text")
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(CHANGE_KINDS, `expected one or more of ${CHANGE_KINDS.join(", ")}`)))
    .optional()
    .meta({
      description: "only changes of these kinds, separated by commas",
      param: { style: "form", explode: false },
      override: { type: "array", items: { type: "string", enum: [...CHANGE_KINDS] }, minItems: 1 },
    }),
  since: z
    .union([cursor, time], "expected a change's id, or an ISO 8601 date or time such as 2026-01-31")
    .optional()
    .meta({ description: "only changes after this time, or after the change with this id" }),
  before: cursor.optional().meta({ description: "only changes before the change with this id" }),
  limit: count(1, 1000)
    .default(DEFAULT_LIMIT)
    .meta({ description: "number of changes on a page", override: { default: DEFAULT_LIMIT } }),
});

export const changesPage = z
  .object({
    changes: z.array(
      z
        .object({
          id: z.int(),
          at: z.iso.datetime(),
          kind: z.enum(CHANGE_KINDS),
          fields: z
            .array(z.string())
            .nullable()
            .meta({ description: "names of the changed fields; null unless `kind` is `changed`" }),
          image: z
            .object({ id: z.string(), name: z.string(), extra: z.record(z.string(), z.unknown()) })
            .meta({ description: "the image as it is now" }),
          publisher: z.string().nullable(),
          trust,
        })
        .meta({ id: "Change", description: "What happened to an image." }),
    ),
    next: z.int().nullable().meta({ description: "`before` of the next page; null on the last one" }),
  })
  .meta({ id: "ChangesPage", description: "Changes, newest first. A page can be short and still have a next one." });

const reading = {
  tags: ["Changes"],
  security: READERS,
  requestParams: { query: changesParameters, header: conditional },
  responses: { "304": notModified, ...refusals(404) },
} as const satisfies Partial<Operation>;

export const changesPath = describePath("/backends/:backend/changes", {
  get: {
    ...reading,
    operationId: "listChanges",
    summary: "Lists added, changed, retired and returned images, newest first",
    description: "Term and filters apply to the images as they are now. The first listing of a source is not a change.",
    responses: {
      "200": {
        description: "A page of changes.",
        headers: validatedHeaders.extend({
          Link: z.string().optional().meta({ description: "the next page (RFC 8288)" }),
        }),
        content: json(changesPage, {
          changes: [
            {
              id: 4711,
              at: "2026-11-01T03:17:39.000Z",
              kind: "changed",
              fields: ["deprecation_time"],
              image: { id: "ami-0ac9392bb24cdca10", name: "ubuntu-jammy-arm64", extra: { state: "available" } },
              publisher: "Canonical",
              trust: "official",
            },
          ],
          next: null,
        }),
      },
      ...reading.responses,
    },
  },
});
export const changesFeedPath = describePath("/backends/:backend/changes.atom", {
  get: {
    ...reading,
    operationId: "readChangesFeed",
    summary: "Lists changes as an Atom feed",
    responses: {
      "200": {
        description: "A feed (RFC 4287).",
        headers: validatedHeaders,
        content: {
          "application/atom+xml": {
            schema: z.string(),
            example: '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">…</feed>\n',
          },
        },
      },
      ...reading.responses,
    },
  },
});

/** `GET /backends/{id}/changes` (JSON) and `/backends/{id}/changes.atom`: what happened to images, newest first. */
export function changesRouter(context: HttpContext): Router {
  const router = Router();
  router.get(changesPath.path, async (req, res) => {
    const answer = await readAnswer(context, req, res);
    if (!answer) return;
    const { changes, next } = answer.page;
    if (answer.nextUrl !== undefined) res.set("Link", `<${answer.nextUrl}>; rel="next"`);
    await sendBody(req, res, JSON.stringify({ changes: changes.map(shownChange), next: next ?? null }));
  });
  router.get(changesFeedPath.path, async (req, res) => {
    const answer = await readAnswer(context, req, res);
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

/** Undefined if the client has the answer, and 304 was sent. */
async function readAnswer(
  { catalogue, search, now }: HttpContext,
  req: Request<{ backend: string }>,
  res: Response,
): Promise<ChangesAnswer | undefined> {
  const backend = getBackend(catalogue, req.params.backend);
  const given = readQueryString(req);
  assertKnown(given, Object.keys(changesParameters.shape));
  const { kind, since, before, limit, ...read } = changesParameters.parse(given);
  const current = { backends: [backend], status: readStatus(catalogue, [backend]) };
  const scope = readAnswerScope(catalogue, current, now(), true);
  const { status } = scope;
  setCatalogueHeaders(res, scope, now());
  const moment = read.deprecated === undefined ? "" : now();
  const state = [search.stateKey([backend]), status.syncedAt, scopeKey(scope)];
  if (answerNotModified(req, res, req.originalUrl, state, moment)) return undefined;
  const page = await findChanges(catalogue, queryOf(read), {
    sourceIds: () => sourcesOf(catalogue, getBackend(catalogue, backend.id).id).map(({ id }) => id),
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
      page.next === undefined ? undefined : `${path}?${writeQueryString({ ...given, before: String(page.next) })}`,
  };
}
