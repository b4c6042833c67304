import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { type Backend, getBackend } from "../../record/backends.ts";
import { type ImageRecord, readImage } from "../../catalogue/read/read-image.ts";
import { sourcesOf } from "../../record/sources.ts";
import { starredIds } from "../../record/stars.ts";
import { NotFoundError } from "../../errors.ts";
import { type AnswerScope, isUnsure, readAnswerScope } from "../answering/answer-scope.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { imageRecord, RECORD_EXAMPLE } from "../answering/image-answers.ts";
import { partial } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { ADMINS, describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";
import { sendBody } from "../answering/send-answer.ts";

const parameters = z.strictObject({ partial });

export const imagePath = describePath("/backends/:backend/images/*image", {
  get: {
    operationId: "readImage",
    summary: "Shows an image, retired or not",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: "What the catalogue knows about it. With `partial=true`: null, if nothing is known so far.",
        headers: catalogueHeaders,
        content: json(imageRecord.nullable(), RECORD_EXAMPLE),
      },
      "503": notYet,
      ...refusals(404),
    },
  },
  post: {
    operationId: "toggleStar",
    summary: "Toggles the star of an image",
    tags: ["Images"],
    security: ADMINS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: "Whether the image is starred now. With `partial=true`: false, if it is not known so far.",
        headers: catalogueHeaders,
        content: json(z.boolean(), true),
      },
      "503": notYet,
      ...refusals(404),
    },
  },
});

type ImageRequest = Request<{ backend: string; image: string[] }>;

/** `GET|POST /backends/{id}/images/{image_id…}`: ids may hold slashes. */
export function imageRouter(context: HttpContext): Router {
  const { catalogue, record, now } = context;
  const router = Router();
  router
    .route(imagePath.path)
    .get(async (req: ImageRequest, res: Response) => {
      const found = find(context, req);
      if (isUnsure(found.scope, !found.image)) return answerUnknown(context, req, res, found);
      setCatalogueHeaders(res, found.scope, now());
      const { backend, image } = found;
      const star = image !== undefined && starredIds(catalogue, backend.id).includes(image.id);
      await sendBody(req, res, JSON.stringify(image ? shownImage(image, star) : null));
    })
    .post(async (req: ImageRequest, res: Response) => {
      const found = find(context, req);
      if (isUnsure(found.scope, !found.image)) return answerUnknown(context, req, res, found);
      setCatalogueHeaders(res, found.scope, now());
      const { backend, image } = found;
      res.json(image ? await record.toggleStar(backend.id, image.id, now()) : false);
    });
  return router;
}

interface FoundImage {
  readonly backend: Backend;
  readonly image: ImageRecord | undefined;
  /** A known image can be answered although other sources are not listed yet. */
  readonly scope: AnswerScope;
}

/** Throws NotFoundError if every source was listed and none has the image. */
function find({ catalogue, now }: HttpContext, req: ImageRequest): FoundImage {
  const backend = getBackend(catalogue, req.params.backend);
  const { partial: takesPartial } = readParameters(req, parameters);
  const id = req.params.image.join("/");
  const keys = sourcesOf(catalogue, backend.id).map(({ key }) => key);
  const image = readImage(catalogue, keys, id);
  const current = { backends: [backend], status: readStatus(catalogue, [backend]) };
  const scope = readAnswerScope(catalogue, current, now(), takesPartial);
  if (!image && scope.missing.length === 0)
    throw new NotFoundError(`no image ${JSON.stringify(id)} in backend ${JSON.stringify(backend.id)}`);
  return { backend, image, scope: image ? { ...scope, isReady: true } : scope };
}

async function answerUnknown(
  context: HttpContext,
  req: ImageRequest,
  res: Response,
  { scope }: FoundImage,
): Promise<void> {
  const id = JSON.stringify(req.params.image.join("/"));
  await answerNotYet(context, req, res, scope, `no image ${id} in what is listed`);
}

/** Everything that an answer says about an image. */
export function shownImage(image: ImageRecord, star: boolean): Readonly<Record<string, unknown>> {
  return {
    star,
    id: image.id,
    name: image.name,
    extra: image.extra,
    first_seen: image.firstSeen,
    last_seen: image.lastSeen,
    retired_at: image.retiredAt,
    family: image.family,
    latest: image.latest,
    publisher: image.publisher,
    trust: image.trust,
    ...image.facts,
  };
}
