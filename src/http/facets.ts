import { type Request, type Response, Router } from "express";
import { type Backend, getBackend, listBackends } from "../catalogue/backends.ts";
import { visibleBackends } from "./access.ts";
import { setCatalogueHeaders } from "./catalogue-headers.ts";
import { readStatus } from "./catalogue-state.ts";
import type { HttpContext } from "./http-context.ts";
import { readImagesRequest } from "./image-parameters.ts";
import { sendBody } from "./send-answer.ts";

/** `GET /backends/{id}/facets`, `GET /facets`: what the images that a search finds are, counted. */
export function facetsRouter({ catalogue, search, now }: HttpContext): Router {
  const router = Router();
  const answer = async (req: Request, res: Response, backends: readonly Backend[]): Promise<void> => {
    const { query } = readImagesRequest(req);
    search.follow();
    setCatalogueHeaders(res, readStatus(catalogue, backends), now());
    await sendBody(req, res, JSON.stringify(await search.facets(backends, query)));
  };
  router.get("/backends/:backend/facets", (req: Request<{ backend: string }>, res) =>
    answer(req, res, [getBackend(catalogue, req.params.backend)]),
  );
  router.get("/facets", (req, res) => answer(req, res, visibleBackends(res, listBackends(catalogue))));
  return router;
}
