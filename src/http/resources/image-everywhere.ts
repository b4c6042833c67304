import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { type Backend, listBackends } from "../../record/backends.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { type ImageRecord, readImage } from "../../catalogue/read/read-image.ts";
import { sourcesOf } from "../../record/sources.ts";
import { starredIds } from "../../record/stars.ts";
import { NotFoundError } from "../../errors.ts";
import { visibleBackends } from "../../access/access.ts";
import { isUnsure, readAnswerScope } from "../answering/answer-scope.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { shownImage } from "./image.ts";
import { imageRecord, RECORD_EXAMPLE } from "../answering/image-answers.ts";
import { partial } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";
import { sendBody } from "../answering/send-answer.ts";

const parameters = z.strictObject({ partial });

const recordOfBackend = z
  .object({ backend_id: z.string(), provider: z.string(), region: z.string().nullable(), ...imageRecord.shape })
  .meta({
    id: "ImageRecordOfBackend",
    description: "Everything that is known about an image, and the backend that shows it.",
  });

export const imageEverywherePath = describePath("/images/*image", {
  get: {
    operationId: "readImageEverywhere",
    summary: "Shows an image in every backend, retired or not",
    description: "Says which region and which account an id belongs to. Backends that list it now come first.",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: "The image in each backend. With `partial=true`: empty, if nothing is known so far.",
        headers: catalogueHeaders,
        content: json(z.array(recordOfBackend), [
          { backend_id: "ireland", provider: "ec2", region: "eu-west-1", ...RECORD_EXAMPLE },
        ]),
      },
      "503": notYet,
      ...refusals(404),
    },
  },
});

/** `GET /images/{image_id…}`: an image in every backend that shows or showed it. Comes after the paths below `/images`. */
export function imageEverywhereRouter(context: HttpContext): Router {
  const { catalogue, now } = context;
  const router = Router();
  router.get(imageEverywherePath.path, async (req: Request<{ image: string[] }>, res: Response) => {
    const { partial: takesPartial } = readParameters(req, parameters);
    const id = req.params.image.join("/");
    const backends = visibleBackends(res, listBackends(catalogue));
    const found = backends.flatMap((backend) => imageIn(catalogue, backend, id));
    const current = { backends, status: readStatus(catalogue, backends) };
    const scope = readAnswerScope(catalogue, current, now(), takesPartial);
    const unknown = `no image ${JSON.stringify(id)}`;
    if (found.length === 0 && scope.missing.length === 0) throw new NotFoundError(unknown);
    // A known image can be answered although other sources are not listed yet.
    if (isUnsure({ ...scope, isReady: true }, found.length === 0))
      return answerNotYet(context, req, res, scope, `${unknown} in what is listed`);
    setCatalogueHeaders(res, scope, now());
    await sendBody(req, res, JSON.stringify(presentFirst(found).map(shownHere)));
  });
  return router;
}

/** An image as a backend shows it. */
interface ImageHere {
  readonly backend: Backend;
  readonly image: ImageRecord;
  readonly isStarred: boolean;
}

/** The image as a backend shows it; empty if it never did. */
function imageIn(catalogue: Catalogue, backend: Backend, id: string): ImageHere[] {
  const keys = sourcesOf(catalogue, backend.id).map(({ key }) => key);
  const image = readImage(catalogue, keys, id);
  return image ? [{ backend, image, isStarred: starredIds(catalogue, backend.id).includes(id) }] : [];
}

function presentFirst(found: readonly ImageHere[]): ImageHere[] {
  return found.toSorted((a, b) => Number(a.image.retiredAt !== null) - Number(b.image.retiredAt !== null));
}

function shownHere({ backend, image, isStarred }: ImageHere): unknown {
  return {
    backend_id: backend.id,
    provider: backend.provider,
    region: backend.region,
    ...shownImage(image, isStarred),
  };
}
