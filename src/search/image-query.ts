import { type AskedFilter, type AskedValues, askedFilters, passesAll } from "../catalogue/filter-table.ts";
import { timeOf } from "../catalogue/index/indexed-image.ts";
import type { CandidateRow } from "../catalogue/read-images.ts";
import type { FoldedFields } from "../catalogue/searched-texts.ts";
import { fitOf, matches, matchesLiterally } from "./fit.ts";
import { literalTerm, parseTerm, type Term } from "./parse-term.ts";
import { isDeprecated } from "./withdrawn.ts";

/** A search as a user puts it. Times are ISO 8601. */
export interface ImageQuery extends AskedValues {
  readonly term: string;
  /** `literal`: only images whose id or name holds the whole term. */
  readonly match: "words" | "literal";
  /** The family's whole name, as answers show it. */
  readonly family?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly deprecated?: boolean | undefined;
  /** Of each family, or each line, the newest build that can be launched among those that pass all else. */
  readonly latest?: boolean | "line" | undefined;
  readonly starred?: boolean | undefined;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars?: boolean | undefined;
}

/** What is asked of images beside a term. Values are folded, times are milliseconds. */
export interface Filters {
  readonly values: readonly AskedFilter[];
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Whether the deprecation time has come. */
  readonly deprecated?: boolean | undefined;
  /** A folded text that must stand in the id or the name. */
  readonly literal?: string | undefined;
}

/** A search made ready: folded, split, and able to judge a row by itself. */
export interface PreparedQuery {
  readonly term: Term;
  readonly filters: Filters;
  /** What keeps one image of several; undefined: all are kept. */
  readonly latest: "family" | "line" | undefined;
  /** The time of the query, in milliseconds. */
  readonly now: number;
  /** Only starred images. */
  readonly starredOnly: boolean;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars: boolean;
  /** Only images of families with this name. */
  readonly family: string | undefined;
  /** Whether an image is found, but for `latest`: the same answer as the index's, for rows that are looked at one by one. */
  finds(row: CandidateRow, fields: FoldedFields): boolean;
  /** Whether the term is the image's whole id. */
  isExact(row: CandidateRow): boolean;
  /** Whether it is the image's whole name. */
  isNamed(fields: FoldedFields): boolean;
  fit(row: CandidateRow, fields: FoldedFields): number;
}

/** Throws BadRequestError for a term that is too long. */
export function prepareQuery(query: ImageQuery, now: string): PreparedQuery {
  const isLiteral = query.match === "literal";
  const term = isLiteral ? literalTerm(parseTerm(query.term)) : parseTerm(query.term);
  const filters: Filters = {
    values: askedFilters(query),
    createdAfter: timeOf(query.createdAfter ?? null) ?? undefined,
    createdBefore: timeOf(query.createdBefore ?? null) ?? undefined,
    deprecated: query.deprecated,
    literal: isLiteral && term.whole !== "" ? term.whole : undefined,
  };
  const moment = Date.parse(now);
  return {
    term,
    filters,
    latest: query.latest === "line" ? "line" : query.latest ? "family" : undefined,
    now: moment,
    starredOnly: query.starred === true,
    ignoresStars: query.ignoresStars === true,
    family: query.family,
    finds: (row, fields) =>
      matches(fields, term) && (!filters.literal || matchesLiterally(fields, term)) && passes(row, filters, moment),
    isExact: ({ imageId }) => term.whole !== "" && lowerAscii(imageId) === term.whole,
    isNamed: ({ name }) => term.whole !== "" && name === term.whole,
    fit: (row, fields) => fitOf(row, fields, term),
  };
}

/** As SQLite's lower(), which its index of ids with capitals goes by. */
function lowerAscii(id: string): string {
  return id.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function passes(row: CandidateRow, filters: Filters, now: number): boolean {
  return passesAll(row, filters.values) && isOfTime(row, filters, now);
}

function isOfTime(
  { createdAt, deprecatedAt }: CandidateRow,
  { createdAfter, createdBefore, deprecated }: Filters,
  now: number,
): boolean {
  const created = timeOf(createdAt);
  return (
    (deprecated === undefined || deprecated === isDeprecated(deprecatedAt, now)) &&
    (createdAfter === undefined || (created !== null && created >= createdAfter)) &&
    (createdBefore === undefined || (created !== null && created < createdBefore))
  );
}
