import { setImmediate as nextTurn } from "node:timers/promises";
import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { type ImageQuery, minuteOf } from "../../search/term/image-query.ts";
import { visibleBackends } from "../../access/access.ts";
import {
  answerNotModified,
  conditional,
  notModified,
  setCatalogueHeaders,
  validatedHeaders,
} from "../answering/catalogue-headers.ts";
import { type AnswerScope, isUnsure, readAnswerScope, scopeKey, withUnanswered } from "../answering/answer-scope.ts";
import { createBackendReader, type CurrentBackends, inRegions, readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { acceptedFormat, inFormat, MEDIA_TYPES } from "../answering/image-formats.ts";
import { ENTRY_EXAMPLE, imageEntry, imageOfBackend } from "../answering/image-answers.ts";
import { imageParameters, type ImagesRequest, readImagesRequest } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, json, type Operation, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import type { Metrics } from "./metrics.ts";
import { type Page, pageLinks } from "../answering/page-links.ts";
import { isLarge } from "../../access/places.ts";
import { sendBody, streamPieces } from "../answering/send-answer.ts";

const listing = {
  tags: ["Images"],
  security: READERS,
  requestParams: { query: imageParameters, header: conditional },
  responses: { "304": notModified, "503": notYet },
} as const satisfies Partial<Operation>;

const ORDER =
  "Order: starred images, an exact id or name, the best fit of the words, known publishers before unknown ones, the newest build of a family before older ones. The order is the same in every call.";
const BODY_ON_GET =
  'The parameters can also be sent as a JSON body, by POST to the same path or with this GET: `curl -X GET -d \'{"search_term":"Gentoo"}\' …` (OpenAPI cannot say that a GET has a body, and browsers cannot send one).';
const BODY_OR_QUERY = {
  description: "The parameters. A parameter that is also in the query string must have the same value there.",
  content: {
    "application/json": { schema: imageParameters, example: { search_term: "ubuntu jammy arm64", limit: 50 } },
  },
};

const listed = (schema: z.ZodType, example: unknown): NonNullable<Operation["responses"]>["200"] => ({
  description: "Every image that matches, or a page of them.",
  headers: validatedHeaders.extend({
    "X-Total-Count": z.int().min(0).optional().meta({ description: "number of matches; with `limit`" }),
    Link: z
      .string()
      .optional()
      .meta({ description: "links to the first, prev, next and last page (RFC 8288); with `limit`" }),
    "X-Search-Suggestion": z.string().optional().meta({
      description: "a corrected term that finds something, percent-encoded; only when nothing was found",
    }),
  }),
  content: {
    ...json(z.array(schema), [example]),
    "text/csv": { schema: z.string(), example: "star,id,name,extra\r\n" },
    "application/x-ndjson": { schema: z.string(), example: `${JSON.stringify(example)}\n` },
  },
});

export const backendImagesPath = describePath("/backends/:backend/images", {
  get: {
    ...listing,
    operationId: "listImagesOfBackend",
    summary: "Searches the images of a backend",
    description: `${ORDER}\n\n${BODY_ON_GET}`,
    responses: { "200": listed(imageEntry, ENTRY_EXAMPLE), ...listing.responses, ...refusals(404, 406) },
  },
  post: {
    ...listing,
    operationId: "searchImagesOfBackend",
    summary: "Searches with the parameters in a body",
    requestBody: BODY_OR_QUERY,
    responses: { "200": listed(imageEntry, ENTRY_EXAMPLE), ...listing.responses, ...refusals(404, 406) },
  },
});

const OF_BACKEND_EXAMPLE = { backend_id: "ireland", ...ENTRY_EXAMPLE };

export const imagesPath = describePath("/images", {
  get: {
    ...listing,
    operationId: "listImages",
    summary: "Searches the images of all backends",
    description: `Search for an id to find the regions that have it.\n\n${ORDER}\n\n${BODY_ON_GET}`,
    responses: { "200": listed(imageOfBackend, OF_BACKEND_EXAMPLE), ...listing.responses, ...refusals(406) },
  },
  post: {
    ...listing,
    operationId: "searchImages",
    summary: "Searches with the parameters in a body",
    requestBody: BODY_OR_QUERY,
    responses: { "200": listed(imageOfBackend, OF_BACKEND_EXAMPLE), ...listing.responses, ...refusals(406) },
  },
});

/** `GET|POST /backends/{id}/images` and `GET|POST /images`. */
export function imagesRouter(context: HttpContext, metrics: Pick<Metrics, "searched">): Router {
  const router = Router();
  const read = createBackendReader(context.catalogue);
  const ofBackend = async (req: Request<{ backend: string }>, res: Response): Promise<void> => {
    await answerImages({ ...context, metrics }, req, res, false, () => read(req.params.backend));
  };
  const ofAll = async (req: Request, res: Response): Promise<void> => {
    await answerImages({ ...context, metrics }, req, res, true, () => {
      const all = read();
      const backends = visibleBackends(res, all.backends);
      return backends === all.backends ? all : { backends, status: readStatus(context.catalogue, backends) };
    });
  };
  router.route(backendImagesPath.path).get(ofBackend).post(ofBackend);
  router.route(imagesPath.path).get(ofAll).post(ofAll);
  return router;
}

interface ImagesContext extends HttpContext {
  readonly metrics: Pick<Metrics, "searched">;
}

/** `withBackend`: each entry names its backend, and the ready backends answer without the others. */
async function answerImages(
  context: ImagesContext,
  req: Request,
  res: Response,
  withBackend: boolean,
  read: () => CurrentBackends,
): Promise<void> {
  const { catalogue, search, now } = context;
  const asked = readImagesRequest(req);
  const readHere = (): CurrentBackends => inRegions(catalogue, read(), asked.regions);
  const before = readHere();
  const request = { ...asked, format: asked.format ?? acceptedFormat(req) };
  const scope = await findScope(context, request, before, readHere);
  const { backends, missing } = scope;
  if (isUnsure(scope, false)) return answerNotYet(context, req, res, scope);
  if (request.query.latest && !withBackend && isUnsure(scope, true))
    return answerNotYet(context, req, res, scope, "the newest build is not certain");
  if (missing.length === 0) await search.assertOwners(backends, request.query);
  setCatalogueHeaders(res, scope, now());
  res.vary("Accept");
  // "30 days old" changes with time alone.
  const moment = minuteOf(request.query, now());
  // A client with this ETag has an answer of this state. `*` does not prove that.
  const isSure = missing.length === 0 || request.partial || req.get("if-none-match")?.trim() !== "*";
  if (isSure && answerNotModified(req, res, search.stateKey(backends), request, moment, scopeKey(scope))) return;
  if (isLarge(request)) await context.lists.enter(req, res);
  const readAgain = (): AnswerScope => readAnswerScope(catalogue, readHere(), now(), request.partial);
  await answerFound(context, req, res, { scope, request, withBackend, readAgain });
}

interface ImagesQuestion {
  readonly scope: AnswerScope;
  readonly request: ImagesRequest;
  readonly withBackend: boolean;
  /** The scope as it is by now. */
  readonly readAgain: () => AnswerScope;
}

/** Searches, corrects a term that finds nothing, and sends what is certain. */
async function answerFound(
  context: ImagesContext,
  req: Request,
  res: Response,
  { scope, request, withBackend, readAgain }: ImagesQuestion,
): Promise<void> {
  const { search, metrics } = context;
  const { backends } = scope;
  const ask = (query: ImageQuery): Promise<PreparedAnswer> =>
    readAnswer(context, req, res, { backends, withBackend }, { ...request, query });
  const startedAt = performance.now();
  const answer = await ask(request.query);
  metrics.searched((performance.now() - startedAt) / 1000);
  const send = (found: PreparedAnswer): Promise<void> => {
    if (isUnsure(scope, found.isEmpty)) return answerNotYet(context, req, res, scope);
    // A backend may have got other credentials meanwhile: "nothing found" must be true of what is shown now.
    const last = found.isEmpty ? readAgain() : scope;
    return isUnsure(last, found.isEmpty) ? answerNotYet(context, req, res, last) : found.send();
  };
  // Terms for retired images are not corrected.
  const correction = answer.isEmpty && !request.retired ? await search.correct(backends, request.query) : undefined;
  if (correction === undefined) return send(answer);
  const fuzzy = request.fuzzy ? await ask({ ...request.query, term: correction }) : answer;
  if (!isUnsure(scope, fuzzy.isEmpty)) res.set("X-Search-Suggestion", encodeURIComponent(correction));
  return send(fuzzy);
}

/** The scope of the answer, after the clouds that can only be searched were asked. */
async function findScope(
  { catalogue, finder, now }: HttpContext,
  { query, retired, partial }: ImagesRequest,
  before: CurrentBackends,
  read: () => CurrentBackends,
): Promise<AnswerScope> {
  if (retired) return readAnswerScope(catalogue, before, now(), partial);
  const current = (await finder.find(before.backends, query.term)) ? read() : before;
  const scope = readAnswerScope(catalogue, current, now(), partial);
  return withUnanswered(scope, finder.unanswered(scope.backends, query.term));
}

const EMPTY = Buffer.from("[]");

/** An answer that is ready to be sent. */
interface PreparedAnswer {
  readonly isEmpty: boolean;
  send(): Promise<void>;
}

async function readAnswer(
  { search }: HttpContext,
  req: Request,
  res: Response,
  { backends, withBackend }: Pick<AnswerScope, "backends"> & { readonly withBackend: boolean },
  { query, limit, offset, extended, retired, given, format = "json" }: ImagesRequest,
): Promise<PreparedAnswer> {
  const shape = { withBackend, extended };
  const type = MEDIA_TYPES[format];
  const stream = (pieces: Generator<Buffer | undefined>): Promise<void> =>
    streamPieces(req, res, inFormat(pieces, format, shape), type);
  if (retired) {
    const found = await search.retired(backends, query);
    const pieces = found.write({ offset, limit: limit ?? found.total, ...shape });
    return {
      isEmpty: found.total === 0,
      async send() {
        if (limit !== undefined) setPageHeaders(req, res, given, { limit, offset, total: found.total });
        await stream(pieces);
      },
    };
  }
  if (limit === undefined) {
    const pieces = await search.stream(backends, query, shape);
    const first = await firstOf(pieces);
    const isEmpty = first.equals(EMPTY);
    if (isEmpty) pieces.return(undefined);
    return { isEmpty, send: () => stream(startWith(first, pieces)) };
  }
  const { total, body } = await search.page(backends, query, { limit, offset, ...shape });
  return {
    isEmpty: total === 0,
    async send() {
      setPageHeaders(req, res, given, { limit, offset, total });
      const pieces = [...inFormat([body], format, shape)].flatMap((piece) => piece ?? []);
      await sendBody(req, res, format === "json" ? body : Buffer.concat(pieces), type);
    },
  };
}

function setPageHeaders(req: Request, res: Response, given: ImagesRequest["given"], page: Page): void {
  res.set("X-Total-Count", String(page.total));
  res.set("Link", pageLinks(req, given, page));
}

/** The first piece; other requests run until it is there. */
async function firstOf(pieces: Generator<Buffer | undefined>): Promise<Buffer> {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return EMPTY;
    if (value) return value;
    await nextTurn();
  }
}

function* startWith(first: Buffer, pieces: Generator<Buffer | undefined>): Generator<Buffer | undefined> {
  try {
    yield first;
    yield* pieces;
  } finally {
    pieces.return(undefined);
  }
}
