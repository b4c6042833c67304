import express, { type Request, type RequestHandler, type Response, Router } from "express";
import type { Store } from "express-rate-limit";
import { z } from "zod";
import { type AccessContext, refuseStranger } from "../../access/access.ts";
import { hashToken } from "../../access/access-token.ts";
import { readFields } from "../reading/json-body.ts";
import { describePath, json, OPEN, READERS } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { originOf } from "../../access/origin.ts";
import { sendProblem } from "../../problems.ts";
import { limitLogIns } from "../../access/rate-limit.ts";
import { type Asker, askerOf } from "../../access/asker.ts";

const MAX_BODY = "4kb";
const EXAMPLE = '{"token":"…"}';

const logInFields = z.strictObject({ token: z.string("expected text").min(1, "expected a token").max(1000) });

const session = z
  .object({
    by: z.enum(["token", "session", "nobody"]).meta({ description: "`nobody`: the server has no tokens" }),
    scope: z.enum(["read", "admin"]),
    backends: z.array(z.string()).nullable().meta({ description: "null: all" }),
    expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Session", description: "Who sent the request, and what they are allowed to do." });
const SESSION = { by: "session", scope: "read", backends: null, expires_at: "2026-11-08T09:00:00.000Z" };

export const sessionPath = describePath("/session", {
  get: {
    operationId: "readSession",
    summary: "Shows who you are",
    tags: ["Server"],
    security: READERS,
    responses: { "200": { description: "Your token and what it allows.", content: json(session, SESSION) } },
  },
  post: {
    operationId: "logIn",
    summary: "Logs in: gives a browser a cookie for a token",
    tags: ["Server"],
    security: OPEN,
    requestBody: { required: true, content: json(logInFields, { token: "imagedex_…" }) },
    responses: {
      "200": {
        description: "Logged in.",
        headers: z.object({ "Set-Cookie": z.string().meta({ description: "HttpOnly, SameSite=Strict" }) }),
        content: json(session, SESSION),
      },
      ...refusals(400, 401, 403, 413, 415),
    },
  },
  delete: {
    operationId: "logOut",
    summary: "Logs out",
    tags: ["Server"],
    security: OPEN,
    responses: { "204": { description: "Logged out." }, ...refusals(403) },
  },
});

interface LogInContext extends AccessContext {
  /** Where failed log-ins are counted; undefined: in this process. */
  readonly logIns: Store | undefined;
}

/**
 * `POST /session` logs a browser in with a token and gives it a cookie; `DELETE /session` logs it out. Comes after `identify`
 * and before `admit`, so that it works without a token.
 */
export function logInRouter({ tokens, sessions, logIns }: LogInContext): Router {
  const router = Router();
  router
    .route(sessionPath.path)
    .post(refuseForeign, limitLogIns(logIns), express.json({ limit: MAX_BODY, type: () => true }), (req, res) => {
      const { token: given } = readFields(req, logInFields, EXAMPLE);
      const token = tokens.find(hashToken(given));
      if (!token) return refuseStranger(req, res);
      const { expiresAt } = sessions.begin(req, res, token);
      res
        .set("Cache-Control", "no-store")
        .json(shownSession({ by: "session", scope: token.scope, backends: token.backends ?? "all", expiresAt }));
    })
    .delete(refuseForeign, async (req, res) => {
      await sessions.end(req, res);
      res.status(204).end();
    });
  return router;
}

/** `GET /session` says who asks. Comes after `admit`. */
export function sessionRouter(): Router {
  const router = Router();
  router.get(sessionPath.path, (_req, res) => {
    res.set("Cache-Control", "no-store").json(shownSession(askerOf(res)));
  });
  return router;
}

function shownSession({ by, scope, backends, expiresAt }: Omit<Asker, "tokenHash">): object {
  return { by, scope, backends: backends === "all" ? null : [...backends], expires_at: expiresAt ?? null };
}

/** No foreign page can log a browser in or out. */
const refuseForeign: RequestHandler = (req: Request, res: Response, next) => {
  if (originOf(req) !== "foreign") return next();
  sendProblem(req, res, { status: 403, detail: "Only this server's own page can log in." });
};
