import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { getBackend } from "../../record/backends.ts";
import { starredIds } from "../../record/stars.ts";
import { NotFoundError } from "../../errors.ts";
import { isUnsure, readAnswerScope, withUnanswered } from "../answering/answer-scope.ts";
import { findNewest } from "../answering/find-newest.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { ENTRY_EXAMPLE, imageEntry } from "../answering/image-answers.ts";
import { partial, queryOf, queryShape } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";

const FORMATS = ["json", "text"] as const;

const { deprecated: _, latest: __, ...newestShape } = queryShape;
const parameters = z.strictObject({
  ...newestShape,
  format: z
    .enum(FORMATS, `expected one of ${FORMATS.join(", ")}`)
    .optional()
    .meta({ description: "`text`: only the id, as with `Accept: text/plain`" }),
  partial,
});

export const newestPath = describePath("/backends/:backend/newest", {
  get: {
    operationId: "findNewestImage",
    summary: "Finds the newest image to launch",
    description:
      "The first match of the search with `latest=true` that can be launched, is not deprecated and comes from a trusted publisher (`trust` self, official or verified, unless the request sets it). Stars are ignored. In clouds without publishers all images are trusted.",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: "The image, as with `fields=extended`. With `partial=true`: null, if there is none so far.",
        headers: catalogueHeaders,
        content: {
          ...json(imageEntry.nullable(), ENTRY_EXAMPLE),
          "text/plain": { schema: z.string(), example: ENTRY_EXAMPLE.id },
        },
      },
      "503": notYet,
      ...refusals(404),
    },
  },
});

/** `GET /backends/{id}/newest`: one image, or 404. */
export function newestRouter(context: HttpContext): Router {
  const { catalogue, search, finder, now } = context;
  const router = Router();
  router.get(newestPath.path, async (req: Request<{ backend: string }>, res: Response) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { partial: takesPartial, format, ...given } = readParameters(req, parameters);
    const query = queryOf(given);
    await finder.find([backend], query.term);
    const current = { backends: [backend], status: readStatus(catalogue, [backend]) };
    const read = readAnswerScope(catalogue, current, now(), takesPartial);
    const scope = withUnanswered(read, finder.unanswered([backend], query.term));
    if (isUnsure(scope, true)) return answerNotYet(context, req, res, scope, "the newest build is not certain");
    if (scope.missing.length === 0) await search.assertOwners([backend], query);
    const found = await findNewest(search, backend, query);
    if (!found && scope.missing.length === 0)
      throw new NotFoundError(
        `no launchable image of a trusted publisher matches ${JSON.stringify(query.term)} in backend ${JSON.stringify(backend.id)}`,
      );
    setCatalogueHeaders(res, scope, now());
    res.vary("Accept");
    const isText = format === "text" || (format === undefined && req.accepts(["json", "text"]) === "text");
    if (isText) return void res.type("text/plain").send(found?.id ?? "");
    res.json(found ? { ...found, star: starredIds(catalogue, backend.id).includes(found.id) } : null);
  });
  return router;
}
