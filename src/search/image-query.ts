import { type AskedFilter, type AskedValues, askedFilters, passesAll } from "../catalogue/filter-table.ts";
import { timeOf } from "../catalogue/index/indexed-image.ts";
import type { CandidateRow } from "../catalogue/read-images.ts";
import type { FoldedFields } from "../catalogue/searched-texts.ts";
import { fitOf, matches, matchesLiterally, WORST_FIT } from "./fit.ts";
import { literalTerm, parseTerm, type Term } from "./parse-term.ts";
import { askedTime, isAge } from "./times.ts";

/** `created` and `name`: the least first; with `-` the greatest. */
export const SORT_ORDERS = ["created", "-created", "name", "-name"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** A search as a user puts it. Times are ISO 8601, or so long before now; see askedTime. */
export interface ImageQuery extends AskedValues {
  readonly term: string;
  /** `given`: words are found only in what the cloud said; `literal`: only images whose id or name holds the whole term. */
  readonly match: "words" | "given" | "literal";
  /** Images that match its words as they would match a term are left out. */
  readonly without?: string | undefined;
  /** Only these images, whatever the case of their ids. */
  readonly ids?: readonly string[] | undefined;
  /** Whole names of families, as answers show them. */
  readonly family?: string | readonly string[] | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly latest?: boolean | undefined;
  readonly starred?: boolean | undefined;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars?: boolean | undefined;
  /** In place of the usual order, stars included. */
  readonly sort?: SortOrder | undefined;
}

/** What is asked of images beside a term. Values are folded, times are milliseconds. */
export interface Filters {
  readonly values: readonly AskedFilter[];
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Whether the deprecation time has come by `now`. */
  readonly deprecated?: { readonly is: boolean; readonly now: number } | undefined;
  readonly latest?: boolean | undefined;
  /** A folded text that must stand in the id or the name. */
  readonly literal?: string | undefined;
  /** Words are not found in the spellings of facts. */
  readonly given: boolean;
  /** Words are found in the id and the name alone. */
  readonly isLiteral: boolean;
  /** What is left out: at least one word, each of which an image must have. */
  readonly without?: Term | undefined;
}

/** A search made ready: folded, split, and able to judge a row by itself. */
export interface PreparedQuery {
  readonly term: Term;
  readonly filters: Filters;
  /** Only starred images. */
  readonly starredOnly: boolean;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars: boolean;
  /** Only images of families with these names. */
  readonly families: readonly string[] | undefined;
  /** Only images with these ids, in small letters. */
  readonly ids: readonly string[] | undefined;
  readonly sort: SortOrder | undefined;
  /** Whether an image is found: the same answer as the database's, for rows that are looked at one by one. */
  finds(row: CandidateRow, fields: FoldedFields): boolean;
  /** Whether the term is the image's whole id. */
  isExact(row: CandidateRow): boolean;
  /** Whether it is the image's whole name. */
  isNamed(fields: FoldedFields): boolean;
  fit(fields: FoldedFields): number;
}

/** Throws BadRequestError for a term that is too long. */
export function prepareQuery(query: ImageQuery, now: string): PreparedQuery {
  const isLiteral = query.match === "literal";
  const read = (text: string, parameter?: string): Term => {
    const parsed = parseTerm(text, parameter);
    return isLiteral ? literalTerm(parsed) : parsed;
  };
  const term = read(query.term);
  const without = read(query.without ?? "", "without");
  const moment = Date.parse(now);
  const filters: Filters = {
    values: askedFilters(query),
    createdAfter: askedTime(query.createdAfter, moment),
    createdBefore: askedTime(query.createdBefore, moment),
    deprecated: query.deprecated === undefined ? undefined : { is: query.deprecated, now: moment },
    latest: query.latest,
    literal: isLiteral && term.whole !== "" ? term.whole : undefined,
    given: query.match !== "words",
    isLiteral,
    without: without.words.length === 0 ? undefined : without,
  };
  const ids = query.ids && new Set(query.ids.map((id) => lowerAscii(id.trim())));
  return {
    term,
    filters,
    starredOnly: query.starred === true,
    ignoresStars: query.ignoresStars === true,
    families: query.family === undefined ? undefined : [query.family].flat(),
    ids: ids && [...ids],
    sort: query.sort,
    finds: (row, fields) =>
      matches(fields, term, filters.given) &&
      (!filters.literal || matchesLiterally(fields, term)) &&
      !(filters.without && (isLiteral ? matchesLiterally(fields, without) : matches(fields, without, filters.given))) &&
      (!ids || ids.has(lowerAscii(row.imageId))) &&
      passes(row, filters),
    isExact: ({ imageId }) => term.whole !== "" && lowerAscii(imageId) === term.whole,
    isNamed: ({ name }) => term.whole !== "" && name === term.whole,
    fit: (fields) => Math.min(fitOf(fields, term, filters.given), WORST_FIT),
  };
}

/** As SQLite's lower(), which its index of ids with capitals goes by. */
function lowerAscii(id: string): string {
  return id.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function passes(row: CandidateRow, filters: Filters): boolean {
  return passesAll(row, filters.values) && (!filters.latest || row.latest === 1) && isOfTime(row, filters);
}

function isOfTime(
  { createdAt, deprecatedAt }: CandidateRow,
  { createdAfter, createdBefore, deprecated }: Filters,
): boolean {
  const [created, until] = [timeOf(createdAt), timeOf(deprecatedAt)];
  const isDeprecated = deprecated && until !== null && until <= deprecated.now;
  return (
    (!deprecated || deprecated.is === isDeprecated) &&
    (createdAfter === undefined || (created !== null && created >= createdAfter)) &&
    (createdBefore === undefined || (created !== null && created < createdBefore))
  );
}

/** Whether the same catalogue answers a query otherwise as time goes by. */
export function isOfItsTime({ deprecated, createdAfter, createdBefore }: ImageQuery): boolean {
  return deprecated !== undefined || isAge(createdAfter) || isAge(createdBefore);
}
