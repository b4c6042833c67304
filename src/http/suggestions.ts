import { Router } from "express";
import { z } from "zod";
import { getBackend } from "../catalogue/backends.ts";
import type { HttpContext } from "./http-context.ts";
import { searchTerm } from "./image-parameters.ts";
import { describePath, json, READERS } from "./openapi/api-path.ts";
import { refusals } from "./openapi/refusals.ts";
import { readParameters } from "./query-string.ts";

const SUGGESTIONS = 10;

const parameters = z.strictObject({ search_term: searchTerm.default("") });

export const suggestionsPath = describePath("/backends/:backend/suggestions", {
  get: {
    operationId: "suggestTerms",
    summary: "Completions and corrections of a search term",
    tags: ["Images"],
    security: READERS,
    requestParams: { query: parameters },
    responses: {
      "200": {
        description: `Terms, the best first, ${SUGGESTIONS} at most.`,
        content: json(z.array(z.string()), ["ubuntu", "ubuntu jammy"]),
      },
      ...refusals(404),
    },
  },
});

/** `GET /backends/{id}/suggestions?search_term=…`: a bare array of terms, best first. */
export function suggestionsRouter({ catalogue, search }: HttpContext): Router {
  const router = Router();
  router.get(suggestionsPath.path, async (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { search_term: term } = readParameters(req, parameters);
    res.json(await search.suggest([backend], term, SUGGESTIONS));
  });
  return router;
}
