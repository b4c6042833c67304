import type { RequestHandler } from "express";
import { sendProblem } from "../problems.ts";
import type { TokenKeeper } from "./token-keeper.ts";

/** Names that always mean the machine that asks. */
const OWN_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * While everybody on this machine is let in, answers only to the machine's own names: a page whose name was made to lead here
 * (DNS rebinding) would pass for this server's own with any browser.
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
