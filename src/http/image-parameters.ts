import type { Request } from "express";
import { z } from "zod";
import { BadRequestError } from "../errors.ts";
import { assertKnown, readQueryString } from "./query-string.ts";
import type { ImageQuery } from "../search/image-query.ts";

/** The most images on one page; without `limit` all come, streamed. */
const MAX_LIMIT = 10_000;

const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], "expected true or false")
  .transform((value) => value === true || value === "true");
export const count = (least: number, most: number): z.ZodType<number, unknown> => {
  const expected = `expected a whole number from ${least} to ${most}`;
  const digits = z
    .string()
    .regex(/^\d{1,16}$/, expected)
    .transform(Number);
  return z
    .union([digits, z.number()], expected)
    .refine((n) => Number.isInteger(n) && n >= least && n <= most, expected);
};
const value = z.string("expected text").min(1, "expected a value").max(200, "expected at most 200 characters");
export const time = z
  .string("expected an ISO 8601 date or time")
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/,
    "expected an ISO 8601 date or time such as 2026-01-31",
  )
  .refine((text) => !Number.isNaN(Date.parse(text)), "expected a date that there is")
  .transform((text) =>
    new Date(text.includes("T") && !/Z|[+-]\d\d:\d\d$/.test(text) ? `${text}Z` : text).toISOString(),
  );

/** What images may be asked for, wherever they are. */
export const queryShape = {
  search_term: z.string("expected text").optional(),
  match: z.enum(["words", "literal"], "expected words or literal").default("words"),
  architecture: value.optional(),
  owner: value.optional(),
  platform: value.optional(),
  publisher: value.optional(),
  trust: z
    .enum(["self", "official", "verified", "community"], "expected self, official, verified or community")
    .optional(),
  root_device_type: value.optional(),
  family: z.string("expected text").min(1, "expected a value").max(1000, "expected at most 1000 characters").optional(),
  visibility: z
    .enum(["public", "private", "shared", "community"], "expected public, private, shared or community")
    .optional(),
  created_after: time.optional(),
  created_before: time.optional(),
  deprecated: flag.optional(),
};

const { family: _, ...withoutFamily } = queryShape;

/** What changes may be asked for. */
export const changesShape = withoutFamily;

/** What may be asked of the images that a backend shows; the same in a query string and in a JSON body. */
const imageParameters = z.strictObject({
  ...queryShape,
  latest: flag.optional(),
  starred: flag.optional(),
  retired: flag.optional(),
  fuzzy: flag.optional(),
  fields: z.enum(["extended"], "expected extended").optional(),
  limit: count(1, MAX_LIMIT).optional(),
  offset: count(0, 10_000_000).optional(),
});

/** What was read with `queryShape`, as a query. */
export function queryOf(read: z.output<z.ZodObject<typeof queryShape>>): ImageQuery {
  return {
    term: read.search_term ?? "",
    match: read.match,
    architecture: read.architecture,
    owner: read.owner,
    platform: read.platform,
    publisher: read.publisher,
    trust: read.trust,
    rootDevice: read.root_device_type,
    family: read.family,
    visibility: read.visibility,
    createdAfter: read.created_after,
    createdBefore: read.created_before,
    deprecated: read.deprecated,
  };
}

/** A query by the names that parameters have; what it leaves open is undefined. */
export function parametersOf(query: ImageQuery): Readonly<Record<string, unknown>> {
  return {
    search_term: query.term,
    match: query.match,
    architecture: query.architecture,
    owner: query.owner,
    platform: query.platform,
    publisher: query.publisher,
    trust: query.trust,
    root_device_type: query.rootDevice,
    family: query.family,
    visibility: query.visibility,
    created_after: query.createdAfter,
    created_before: query.createdBefore,
    deprecated: query.deprecated,
  };
}

/** A request for images, read. */
export interface ImagesRequest {
  readonly query: ImageQuery;
  /** Asks for the images that are listed no more, instead of those that are. */
  readonly retired: boolean;
  /** When nothing is found, what a corrected term finds comes instead. */
  readonly fuzzy: boolean;
  /** Entries carry what the catalogue derives beside what the cloud says. */
  readonly extended: boolean;
  readonly limit: number | undefined;
  readonly offset: number;
  /** The parameters as they were given, to make links of. */
  readonly given: Readonly<Record<string, string>>;
}

/** Reads query string and JSON body. Throws BadRequestError or ZodError, naming the parameter. */
export function readImagesRequest(req: Request): ImagesRequest {
  const fromUrl = readQueryString(req);
  const body: unknown = req.body ?? {};
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new BadRequestError('the body: expected a JSON object such as {"search_term":"ubuntu"}');
  for (const [name, given] of Object.entries(body)) {
    if (name in fromUrl && fromUrl[name] !== String(given)) {
      throw new BadRequestError(`${name}: the query string says one thing, the body another`, name);
    }
  }
  const all: Record<string, unknown> = { ...fromUrl, ...body };
  assertKnown(all, Object.keys(imageParameters.shape));
  const { limit, offset, ...read } = imageParameters.parse(all);
  if (offset !== undefined && limit === undefined)
    throw new BadRequestError("offset: expected together with limit", "offset");
  if (read.retired && read.family !== undefined)
    throw new BadRequestError("family: retired images are not looked for by family", "family");
  return {
    query: { ...queryOf(read), latest: read.latest, starred: read.starred },
    retired: read.retired ?? false,
    fuzzy: read.fuzzy ?? false,
    extended: read.fields === "extended",
    limit,
    offset: offset ?? 0,
    given: Object.fromEntries(Object.entries(all).map(([name, given]) => [name, String(given)])),
  };
}
