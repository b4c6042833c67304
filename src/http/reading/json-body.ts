import type { Request } from "express";
import type { z } from "zod";
import { BadRequestError } from "../../errors.ts";
import { didYouMean } from "../../near-names.ts";

/**
 * The fields of the body, which must be a JSON object such as `example`. Throws BadRequestError, also for a misspelt field, or
 * ZodError.
 */
export function readFields<T extends z.ZodObject>(req: Request, schema: T, example: string): z.output<T> {
  const body: unknown = req.body;
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new BadRequestError(`the body: expected a JSON object such as ${example}`);
  const known = Object.keys(schema.shape);
  for (const name of Object.keys(body).filter((each) => !known.includes(each))) {
    const meant = didYouMean(name, known);
    if (meant !== "") throw new BadRequestError(`${name}: no such field${meant}`, name);
  }
  return schema.parse(body);
}
