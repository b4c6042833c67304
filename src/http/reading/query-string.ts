import type { Request, RequestHandler } from "express";
import type { z } from "zod";
import { VALUE_FILTERS } from "../../catalogue/facts/filter-table.ts";
import { BadRequestError } from "../../errors.ts";
import { didYouMean } from "../../near-names.ts";
import { type ApiPath, operationsAt } from "../openapi/api-path.ts";

/** Parameters by name; a list where one was given more than once. */
export type Given = Readonly<Record<string, string | readonly string[]>>;

/** The query string. A parameter given twice is an error, since one value would be dropped. Filters take several values. */
export function readQueryString(req: Request): Given {
  const at = req.originalUrl.indexOf("?");
  const read = new Map<string, string[]>();
  for (const [name, given] of new URLSearchParams(at < 0 ? "" : req.originalUrl.slice(at + 1))) {
    const values = read.get(name);
    if (values && !REPEATABLE.has(name)) throw new BadRequestError(`${name}: given twice`, name);
    if (values) values.push(given);
    else read.set(name, [given]);
  }
  return Object.fromEntries(
    [...read].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

/** Lists of values that are no filters of the table. */
const LISTS = ["ids", "family", "region"];

/** Filters take several values. */
const REPEATABLE: ReadonlySet<string> = new Set([
  ...VALUE_FILTERS.map(({ name }) => name).filter((name) => name !== "hidden"),
  ...LISTS,
]);

/** Throws BadRequestError that names the first parameter which is not among those known, and the nearest of these, else all. */
export function assertKnown(given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const all = known.length === 0 ? "; this call has none" : `; expected one of ${known.join(", ")}`;
  throw new BadRequestError(`${unknown}: no such parameter${didYouMean(unknown, known) || all}`, unknown);
}

/**
 * Refuses parameters on operations that take none, since an ignored filter would seem to work. Health checks and the page are
 * answered before, with any parameters.
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

/** Writes a query string; a list becomes a parameter for each value. */
export function writeQueryString(given: Given): string {
  const pairs = Object.entries(given).flatMap(([name, values]) =>
    (typeof values === "string" ? [values] : values).map((value) => [name, value]),
  );
  return new URLSearchParams(pairs).toString();
}
