import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { type Backend, getBackend } from "../catalogue/backends.ts";
import { type ImageRecord, readImage } from "../catalogue/read-image.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import { starredIds, toggleStar } from "../catalogue/stars.ts";
import { NotFoundError } from "../errors.ts";
import { catalogueHeaders, setCatalogueHeaders } from "./catalogue-headers.ts";
import { readStatus } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { imageRecord, RECORD_EXAMPLE } from "./image-answers.ts";
import { ADMINS, describePath, json, READERS } from "./openapi/api-path.ts";
import { refusals } from "./openapi/refusals.ts";
import { sendBody } from "./send-answer.ts";

export const imagePath = describePath("/backends/:backend/images/*image", {
  get: {
    operationId: "readImage",
    summary: "One image, retired or not",
    tags: ["Images"],
    security: READERS,
    responses: {
      "200": {
        description: "What the catalogue knows of it.",
        headers: catalogueHeaders,
        content: json(imageRecord, RECORD_EXAMPLE),
      },
      ...refusals(404),
    },
  },
  post: {
    operationId: "toggleStar",
    summary: "Stars an image, or takes its star away",
    tags: ["Images"],
    security: ADMINS,
    responses: {
      "200": { description: "Whether it is starred now.", content: json(z.boolean(), true) },
      ...refusals(404),
    },
  },
});

type ImageRequest = Request<{ backend: string; image: string[] }>;

/** `GET|POST /backends/{id}/images/{image_id…}`: ids may hold slashes. */
export function imageRouter({ catalogue, now }: HttpContext): Router {
  const router = Router();
  const find = (req: ImageRequest): { backend: Backend; image: ImageRecord } => {
    const backend = getBackend(catalogue, req.params.backend);
    const id = req.params.image.join("/");
    const keys = sourcesOf(catalogue, backend.id).map(({ key }) => key);
    const image = readImage(catalogue, keys, id);
    if (!image) throw new NotFoundError(`no image ${JSON.stringify(id)} in backend ${JSON.stringify(backend.id)}`);
    return { backend, image };
  };
  router
    .route(imagePath.path)
    .get(async (req: ImageRequest, res: Response) => {
      const { backend, image } = find(req);
      setCatalogueHeaders(res, readStatus(catalogue, [backend]), now());
      const star = starredIds(catalogue, backend.id).includes(image.id);
      await sendBody(req, res, JSON.stringify(shownImage(image, star)));
    })
    .post(async (req: ImageRequest, res: Response) => {
      const { backend, image } = find(req);
      res.json(await toggleStar(catalogue, backend.id, image.id, now()));
    });
  return router;
}

function shownImage(image: ImageRecord, star: boolean): unknown {
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
  };
}
