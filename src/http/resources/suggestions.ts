import { Router } from "express";
import { z } from "zod";
import { getBackend } from "../../record/backends.ts";
import { isUnsure, readAnswerScope } from "../answering/answer-scope.ts";
import { catalogueHeaders, setCatalogueHeaders } from "../answering/catalogue-headers.ts";
import { readStatus } from "../answering/catalogue-state.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { partial, searchTerm } from "../reading/image-parameters.ts";
import { answerNotYet, notYet } from "../answering/not-yet.ts";
import { describePath, json, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { readParameters } from "../reading/query-string.ts";

const SUGGESTIONS = 10;

const parameters = z.strictObject({ search_term: searchTerm.default(""), partial });

export const suggestionsPath = describePath("/backends/:backend/suggestions", {
  get: {
    operationId: "suggestTerms",
    summary: "Completes and corrects a search term",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: `Terms, best first, at most ${SUGGESTIONS}.`,
        headers: catalogueHeaders,
        content: json(z.array(z.string()), ["ubuntu", "ubuntu jammy"]),
      },
      "503": notYet,
      ...refusals(404),
    },
  },
});

/** `GET /backends/{id}/suggestions?search_term=…`: a bare array of terms, best first. */
export function suggestionsRouter(context: HttpContext): Router {
  const { catalogue, search, now } = context;
  const router = Router();
  router.get(suggestionsPath.path, async (req, res) => {
    const backends = [getBackend(catalogue, req.params.backend)];
    const { search_term: term, partial: takesPartial } = readParameters(req, parameters);
    const current = { backends, status: readStatus(catalogue, backends) };
    const scope = readAnswerScope(catalogue, current, now(), takesPartial);
    const terms = await search.suggest(backends, term, SUGGESTIONS);
    if (isUnsure(scope, terms.length === 0)) return answerNotYet(context, req, res, scope);
    setCatalogueHeaders(res, scope, now());
    res.json(terms);
  });
  return router;
}
