import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { type Backend, getBackend, listBackends } from "../../record/backends.ts";
import { FACETS } from "../../catalogue/facts/filter-table.ts";
import { visibleBackends } from "../../access/access.ts";
import { isUnsure, readAnswerScope, withUnanswered } from "../answering/answer-scope.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { inRegions, readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { imageParameters, readImagesRequest } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, json, type Operation, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { sendBody } from "../answering/send-answer.ts";

const facetValues = z.array(z.object({ value: z.string(), count: z.int().min(1) }));
export const facetCounts = z
  .object(Object.fromEntries(FACETS.map(({ name }) => [name, facetValues])))
  .meta({ id: "FacetCounts", description: "The most frequent values of each facet, with the number of images." });

/** A facet with one value. */
function exampleOf(facet: (typeof FACETS)[number]): [string, { readonly value: string; readonly count: number }[]] {
  const [value] = "examples" in facet ? facet.examples : facet.holds === "flag" ? ["false"] : facet.holds;
  return [facet.name, [{ value, count: 1204 }]];
}

const counting = {
  tags: ["Images"],
  security: READERS,
  description:
    "A facet is counted without the filter on itself, so it shows the other values that can be chosen. `limit`, `offset`, `fields`, `fuzzy` and `retired` are accepted and ignored.",
  requestParams: { query: imageParameters },
  responses: {
    "200": {
      description: "The counts.",
      headers: catalogueHeaders,
      content: json(facetCounts, Object.fromEntries(FACETS.map(exampleOf))),
    },
    "503": notYet,
  },
} as const satisfies Partial<Operation>;

export const backendFacetsPath = describePath("/backends/:backend/facets", {
  get: {
    ...counting,
    operationId: "countFacetsOfBackend",
    summary: "Counts the matches of a search by facet",
    responses: { ...counting.responses, ...refusals(404) },
  },
});
export const facetsPath = describePath("/facets", {
  get: { ...counting, operationId: "countFacets", summary: "Counts the matches in all backends by facet" },
});

/** `GET /backends/{id}/facets`, `GET /facets`: what the images that a search finds are, counted. */
export function facetsRouter(context: HttpContext): Router {
  const { catalogue, search, finder, now } = context;
  const router = Router();
  const answer = async (req: Request, res: Response, backends: readonly Backend[], isOfAll: boolean): Promise<void> => {
    const { query, partial, regions } = readImagesRequest(req);
    const current = inRegions(catalogue, { backends, status: readStatus(catalogue, backends) }, regions);
    const listed = readAnswerScope(catalogue, current, now(), partial);
    const scope = withUnanswered(listed, finder.unanswered(listed.backends, query.term));
    if (isUnsure(scope, false)) return answerNotYet(context, req, res, scope);
    if (query.latest && !isOfAll && isUnsure(scope, true))
      return answerNotYet(context, req, res, scope, "the newest build is not certain");
    if (scope.missing.length === 0) await search.assertOwners(scope.backends, query);
    const counts = await search.facets(scope.backends, query);
    const isEmpty = Object.values(counts).every((values) => values.length === 0);
    if (isUnsure(scope, isEmpty)) return answerNotYet(context, req, res, scope);
    setCatalogueHeaders(res, scope, now());
    await sendBody(req, res, JSON.stringify(counts));
  };
  router.get(backendFacetsPath.path, (req: Request<{ backend: string }>, res) =>
    answer(req, res, [getBackend(catalogue, req.params.backend)], false),
  );
  router.get(facetsPath.path, (req, res) => answer(req, res, visibleBackends(res, listBackends(catalogue)), true));
  return router;
}
