import type { RequestHandler } from "express";
import { sendProblem } from "../problems.ts";
import type { TokenKeeper } from "./token-keeper.ts";

/** Names that always mean the machine that asks. */
const OWN_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * While no token is needed, answers only to localhost's names. Otherwise a foreign page whose name resolves to this machine
 * (DNS rebinding) would count as this server's own page.
 */
export function guardHost(tokens: TokenKeeper): RequestHandler {
  return (req, res, next) => {
    if (OWN_MACHINE.test(req.headers.host ?? "") || !tokens.isOpen()) return next();
    sendProblem(req, res, {
      status: 421,
      detail: "Without tokens the server accepts only localhost, 127.0.0.1 and [::1] as Host.",
    });
  };
}
