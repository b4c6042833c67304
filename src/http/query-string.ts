import type { Request, RequestHandler } from "express";
import type { z } from "zod";
import { BadRequestError } from "../errors.ts";
import { type ApiPath, operationsAt } from "./openapi/api-path.ts";

/** The query string; a parameter given twice is an error, since one of them would be dropped. */
export function readQueryString(req: Request): Record<string, string> {
  const at = req.originalUrl.indexOf("?");
  const read: Record<string, string> = {};
  for (const [name, given] of new URLSearchParams(at < 0 ? "" : req.originalUrl.slice(at + 1))) {
    if (Object.hasOwn(read, name)) throw new BadRequestError(`${name}: given twice`, name);
    Object.defineProperty(read, name, { value: given, enumerable: true });
  }
  return read;
}

/** Throws BadRequestError that names the first parameter which is not among those known. */
export function assertKnown(given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new BadRequestError(
      `${unknown}: no such parameter; ${known.length === 0 ? "this call has none" : `expected one of ${known.join(", ")}`}`,
      unknown,
    );
}

/**
 * Refuses parameters where an operation takes none: a filter that is not there would seem to work. Whoever watches the
 * server, or opens its page, may add what they like: those are answered before.
 */
export function refuseParameters(paths: readonly ApiPath[]): RequestHandler {
  return (req, _res, next) => {
    const operations = operationsAt(paths, req.path, req.method);
    if (operations.length > 0 && operations.every(({ requestParams }) => requestParams?.query === undefined))
      assertKnown(readQueryString(req), []);
    next();
  };
}

/** The parameters of a request, as a schema has them. Throws BadRequestError or ZodError, naming the parameter. */
export function readParameters<T extends z.ZodObject>(req: Request, schema: T): z.output<T> {
  const given = readQueryString(req);
  assertKnown(given, Object.keys(schema.shape));
  return schema.parse(given);
}
