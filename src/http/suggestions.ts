import { Router } from "express";
import { getBackend } from "../catalogue/backends.ts";
import { BadRequestError } from "../errors.ts";
import { MAX_TERM_LENGTH } from "../search/parse-term.ts";
import type { HttpContext } from "./http-context.ts";
import { assertKnown, readQueryString } from "./query-string.ts";

const SUGGESTIONS = 10;

/** `GET /backends/{id}/suggestions?search_term=…`: a bare array of terms, best first. */
export function suggestionsRouter({ catalogue, search }: HttpContext): Router {
  const router = Router();
  router.get("/backends/:backend/suggestions", (req, res) => {
    const backend = getBackend(catalogue, req.params.backend);
    const { search_term: term = "", ...others } = readQueryString(req);
    assertKnown(others, ["search_term"]);
    if (term.length > MAX_TERM_LENGTH)
      throw new BadRequestError(`search_term: at most ${MAX_TERM_LENGTH} characters`, "search_term");
    search.follow();
    res.json(search.suggest([backend], term, SUGGESTIONS));
  });
  return router;
}
