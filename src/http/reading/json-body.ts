import type { Request } from "express";
import { BadRequestError } from "../../errors.ts";

/** The body, which must be a JSON object such as `example`. Throws BadRequestError. */
export function readJsonObject(req: Request, example: string): object {
  const body: unknown = req.body;
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new BadRequestError(`the body: expected a JSON object such as ${example}`);
}
