import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import { type AccessContext, admit, hashToken, refuseStranger } from "./access.ts";
import { readJsonObject } from "./json-body.ts";
import { originOf } from "./origin.ts";
import { sendProblem } from "./problems.ts";
import { limitLogIns } from "./rate-limit.ts";

const MAX_BODY = "4kb";
const EXAMPLE = '{"token":"…"}';

const logInFields = z.strictObject({ token: z.string("expected text").min(1, "expected a token").max(1000) });

/**
 * `POST /session` logs a browser in with a token and gives it a cookie; `DELETE /session` logs it out; `GET /session` says who asks.
 * Comes after `identify`, and before `admit`: who has no token yet is served too.
 */
export function sessionRouter(access: AccessContext): Router {
  const { tokens, sessions } = access;
  const router = Router();
  router
    .route("/session")
    .post(refuseForeign, limitLogIns(), express.json({ limit: MAX_BODY, type: () => true }), (req, res) => {
      const { token: given } = logInFields.parse(readJsonObject(req, EXAMPLE));
      const token = tokens.find(hashToken(given));
      if (!token) return refuseStranger(req, res);
      const { expiresAt } = sessions.begin(req, res, token);
      res.set("Cache-Control", "no-store").json(shownSession("session", token.scope, token.backends, expiresAt));
    })
    .delete(refuseForeign, (req, res) => {
      sessions.end(req, res);
      res.status(204).end();
    })
    .get(admit(access), (_req, res) => {
      const { by, scope, backends, expiresAt }: Record<string, unknown> = res.locals;
      res.set("Cache-Control", "no-store").json(shownSession(by, scope, backends, expiresAt));
    });
  return router;
}

function shownSession(by: unknown, scope: unknown, backends: unknown, expiresAt: unknown): object {
  return { by, scope, backends: backends instanceof Set ? [...backends] : null, expires_at: expiresAt ?? null };
}

/** Nobody is logged in or out by another's page. */
const refuseForeign: RequestHandler = (req: Request, res: Response, next) => {
  if (originOf(req) !== "foreign") return next();
  sendProblem(req, res, { status: 403, detail: "a page of another origin asks; expected this server's own page" });
};
