import { Router } from "express";
import { describeProviders } from "../providers/registry.ts";

/** `GET /providers`: the kinds of clouds, and the fields that a backend of each takes. */
export function providersRouter(): Router {
  const router = Router();
  router.get("/providers", (_req, res) => {
    res.json(describeProviders());
  });
  return router;
}
