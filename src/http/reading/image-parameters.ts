import type { Request } from "express";
import { z } from "zod";
import { BadRequestError } from "../../errors.ts";
import { VALUE_FILTERS } from "../../catalogue/facts/filter-table.ts";
import { assertKnown, type Given, readQueryString } from "./query-string.ts";
import { IMAGE_FORMATS, type ImageFormat } from "../answering/image-formats.ts";
import { listShape, region, valueShape } from "./value-parameters.ts";
import { type ImageQuery, SORT_ORDERS } from "../../search/term/image-query.ts";
import { AGE } from "../../search/term/times.ts";
import { createMemo } from "../../search/answer/memo.ts";
import { MAX_TERM_LENGTH } from "../../search/term/parse-term.ts";

/** The most images on one page; without `limit` all come, streamed. */
const MAX_LIMIT = 10_000;

/**
 * Describes a parameter that is text in a query string by the type it is read into. (Zod leaves out examples and defaults of
 * such a type, so they are repeated as an override.)
 */
const describedAs = (type: object): z.core.GlobalMeta => ({
  override: ({ jsonSchema }) => {
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, type);
  },
});
const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], "expected true or false")
  .transform((value) => value === true || value === "true")
  .meta(describedAs({ type: "boolean" }));
const latest = z
  .union([z.boolean(), z.enum(["true", "false", "line"])], "expected true, false or line")
  .transform((value) => (value === "line" ? value : value === true || value === "true"))
  .meta(describedAs({ enum: ["true", "false", "line"] }));
export const count = (least: number, most: number): z.ZodType<number, unknown> => {
  const expected = `expected a whole number from ${least} to ${most}`;
  const digits = z
    .string()
    .regex(/^\d{1,16}$/, expected)
    .transform(Number);
  return z
    .union([digits, z.number()], expected)
    .refine((n) => Number.isInteger(n) && n >= least && n <= most, expected)
    .meta(describedAs({ type: "integer", minimum: least, maximum: most }));
};
/** JavaScript reads 30 February as 2 March. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

export const time = z
  .string("expected an ISO 8601 date or time")
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/,
    "expected an ISO 8601 date or time such as 2026-01-31",
  )
  .transform((text, context) => {
    const at = new Date(text.includes("T") && !/Z|[+-]\d\d:\d\d$/.test(text) ? `${text}Z` : text);
    // Times are compared as texts; a year of more than four digits has a sign, and would sort before all others.
    const iso = Number.isNaN(at.getTime()) ? "" : at.toISOString();
    if (/^\d/.test(iso) && isDay(text.slice(0, 10))) return iso;
    context.addIssue("expected a date that exists");
    return z.NEVER;
  })
  .meta({ description: "an ISO 8601 date or time; UTC, unless it has an offset" });
const TIME_OR_AGE = "expected an ISO 8601 date or time such as 2026-01-31, or a time before now such as 12h, 30d or 8w";
const timeOrAge = z
  .union([z.string(TIME_OR_AGE).regex(AGE, TIME_OR_AGE), time], TIME_OR_AGE)
  .meta({ description: "an ISO 8601 date or time, or hours, days or weeks before now (`12h`, `30d`, `8w`)" });
export const searchTerm = z
  .string("expected text")
  .max(MAX_TERM_LENGTH, `expected at most ${MAX_TERM_LENGTH} characters`)
  .meta({
    description:
      'what to search for: every word must be a substring of one of an image\'s fields (id, name, description, owner, publisher, platform, architecture, tag and metadata values); `"double quotes"` keep a phrase together; at most 64 words',
    examples: ["ubuntu jammy arm64"],
  });
/** `partial=true`. */
export const partial = flag.optional().meta({
  description:
    "`true`: answer 200 with what is listed, instead of 503 while something is not listed yet; `X-Catalogue-Missing` says what is missing",
});

/** The search parameters, for one backend or all. */
export const queryShape = {
  search_term: searchTerm.optional(),
  match: z
    .enum(["words", "given", "literal"], "expected words, given or literal")
    .default("words")
    .meta({
      description:
        "where words are searched: `words` also in the usual spellings of what an image is (`rhel9`, `jammy`, `amd64`); `given` only in what the cloud itself says; `literal`: only images whose id or name contains the whole term",
      // Client generators treat a body's member with a default as required.
      override: ({ jsonSchema }) => {
        delete jsonSchema.default;
      },
    }),
  ...valueShape,
  ...listShape,
  without: z
    .string("expected text")
    .max(MAX_TERM_LENGTH, `expected at most ${MAX_TERM_LENGTH} characters`)
    .optional()
    .meta({ description: "words: images that match all of them are left out", examples: ["minimal"] }),
  created_after: timeOrAge
    .optional()
    .meta({ description: "created at or after this time", override: { examples: ["2026-01-31", "30d"] } }),
  created_before: timeOrAge
    .optional()
    .meta({ description: "created before this time", override: { examples: ["2026-02-01T12:00:00Z", "12h"] } }),
  deprecated: flag.optional().meta({
    description:
      "`true`: only deprecated images; `false`: only others, and none that are hidden unless `hidden` asks for them",
  }),
  latest: latest.optional().meta({
    description:
      "`true`: of each family, only the newest build that can be launched among those that pass all other filters; `line`: of each line, such as all versions of RHEL 9",
  }),
};

const { family: _, ...withoutFamily } = queryShape;

/** What changes may be asked for. */
export const changesShape = withoutFamily;

/** The parameters of an image search, the same in a query string and in a JSON body. */
export const imageParameters = z
  .strictObject({
    ...queryShape,
    region,
    starred: flag.optional().meta({ description: "`true`: only starred images" }),
    sort: z
      .enum(SORT_ORDERS, `expected one of ${SORT_ORDERS.join(", ")}`)
      .optional()
      .meta({
        description:
          "the order, instead of the best match first: by creation time or by name, with `-` in reverse; images without a time come last; not with `retired`",
      }),
    retired: flag.optional().meta({ description: "`true`: images that are no longer listed; not with `family`" }),
    fuzzy: flag.optional().meta({ description: "`true`: if nothing is found, search for a corrected term" }),
    fields: z.enum(["extended"], "expected extended").optional().meta({
      description: "`extended`: adds publisher, trust, family, operating system, state and dates to each image",
    }),
    format: z
      .enum(IMAGE_FORMATS, `expected one of ${IMAGE_FORMATS.join(", ")}`)
      .optional()
      .meta({
        description:
          "how the images are written, in place of `Accept`: as JSON, as `text/csv` or as `application/x-ndjson`, a line of JSON for each image",
      }),
    limit: count(1, MAX_LIMIT)
      .optional()
      .meta({ description: "number of images on a page; without it, all images", override: { examples: [50] } }),
    offset: count(0, 10_000_000).optional().meta({ description: "number of images to skip; only with `limit`" }),
    partial,
  })
  .meta({ id: "ImageSearch", description: "A search." });

/** Converts parameters read with `queryShape` to a query. */
export function queryOf(read: z.output<z.ZodObject<typeof queryShape>>): ImageQuery {
  return {
    term: read.search_term ?? "",
    match: read.match,
    ...Object.fromEntries(VALUE_FILTERS.map(({ name, property }) => [property, read[name]])),
    family: read.family,
    ids: read.ids,
    without: read.without,
    createdAfter: read.created_after,
    createdBefore: read.created_before,
    deprecated: read.deprecated,
    latest: read.latest,
  };
}

/** Converts a query to parameters; what it leaves open is undefined. */
export function parametersOf(query: ImageQuery): Readonly<Record<string, unknown>> {
  return {
    search_term: query.term,
    match: query.match,
    ...Object.fromEntries(VALUE_FILTERS.map(({ name, property }) => [name, oneOrMore(query[property])])),
    hidden: query.hidden === undefined ? undefined : query.hidden === "true",
    family: oneOrMore(query.family),
    ids: oneOrMore(query.ids),
    without: query.without,
    created_after: query.createdAfter,
    created_before: query.createdBefore,
    deprecated: query.deprecated,
    latest: query.latest,
  };
}

/** A list of one as the one. */
function oneOrMore(values: string | readonly string[] | undefined): string | readonly string[] | undefined {
  return typeof values === "object" && values.length === 1 ? values[0] : values;
}

/** A request for images, read. */
export interface ImagesRequest {
  readonly query: ImageQuery;
  /** Only backends of these regions are asked; undefined for all. */
  readonly regions: readonly string[] | undefined;
  /** Whether to find retired images in place of listed ones. */
  readonly retired: boolean;
  /** Whether to search for a corrected term if nothing is found. */
  readonly fuzzy: boolean;
  /** Whether entries have the fields that the catalogue derives. */
  readonly extended: boolean;
  /** Undefined: as `Accept` says. */
  readonly format: ImageFormat | undefined;
  readonly limit: number | undefined;
  readonly offset: number;
  /** Whether to answer although something is not listed. */
  readonly partial: boolean;
  /** The parameters as they were given, to make links of. */
  readonly given: Given;
}

/** Characters, about, of requests that are remembered: the same are sent again and again, and reading one takes 0.1 ms. */
const MOST_REMEMBERED = 500_000;
/** What a request that was read takes beside its query string. */
const REQUEST_SIZE = 1000;

const remembered = createMemo<ImagesRequest>(
  MOST_REMEMBERED,
  ({ given }) => REQUEST_SIZE + JSON.stringify(given).length,
);

/** Reads query string and JSON body. Throws BadRequestError or ZodError, naming the parameter. */
export function readImagesRequest(req: Request): ImagesRequest {
  if (req.body !== undefined) return readAnew(req);
  const at = req.originalUrl.indexOf("?");
  const query = at < 0 ? "" : req.originalUrl.slice(at);
  const known = remembered.get(query);
  if (known) return known;
  const read = readAnew(req);
  remembered.set(query, read);
  return read;
}

function readAnew(req: Request): ImagesRequest {
  const fromUrl = readQueryString(req);
  const body: unknown = req.body ?? {};
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new BadRequestError('the body: expected a JSON object such as {"search_term":"ubuntu"}');
  for (const [name, given] of Object.entries(body)) {
    if (Object.hasOwn(fromUrl, name) && !isSame(fromUrl[name], given)) {
      throw new BadRequestError(`${name}: the query string and the body differ`, name);
    }
  }
  const all: Record<string, unknown> = { ...fromUrl, ...body };
  assertKnown(all, Object.keys(imageParameters.shape));
  const { limit, offset, ...read } = imageParameters.parse(all);
  if (offset !== undefined && limit === undefined)
    throw new BadRequestError("offset: expected together with limit", "offset");
  if (read.retired) assertOfRetired(read);
  return {
    query: { ...queryOf(read), starred: read.starred, sort: read.sort },
    regions: read.region,
    retired: read.retired ?? false,
    fuzzy: read.fuzzy ?? false,
    extended: read.fields === "extended",
    format: read.format,
    limit,
    offset: offset ?? 0,
    partial: read.partial ?? false,
    given: Object.fromEntries(
      Object.entries(all).map(([name, given]) => [name, Array.isArray(given) ? given.map(String) : String(given)]),
    ),
  };
}

/** Retired images have their own order, and families do not contain them. */
function assertOfRetired(read: { readonly family?: unknown; readonly sort?: unknown }): void {
  for (const name of ["family", "sort"] as const)
    if (read[name] !== undefined) throw new BadRequestError(`${name}: not with retired=true`, name);
}

/** Whether a JSON body and the query string have the same value. */
function isSame(said: string | readonly string[] | undefined, given: unknown): boolean {
  const [one, other] = [said, given].map((values: unknown) => (Array.isArray(values) ? values.map(String) : values));
  if (typeof other === "object" && !Array.isArray(other)) return false;
  const textOf = (values: unknown): string => JSON.stringify(Array.isArray(values) ? values : [String(values)]);
  return textOf(one) === textOf(other);
}
