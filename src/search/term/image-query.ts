import { type AskedFilter, type AskedValues, askedFilters, passesAll } from "../../catalogue/facts/asked-filters.ts";
import { timeOf } from "../../catalogue/index/indexed-image.ts";
import type { CandidateRow } from "../../catalogue/read/read-candidates.ts";
import type { FoldedFields } from "../../catalogue/facts/searched-texts.ts";
import { fitOf, matches, matchesLiterally } from "./fit.ts";
import { literalTerm, parseTerm, type Term } from "./parse-term.ts";
import { askedTime, isAge } from "./times.ts";
import { isDeprecated } from "../answer/withdrawn.ts";

/** `created` and `name`: the least first; with `-` the greatest. */
export const SORT_ORDERS = ["created", "-created", "name", "-name"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** A search as a user writes it. Times are ISO 8601, or ages such as `30d`; see askedTime. */
export interface ImageQuery extends AskedValues {
  readonly term: string;
  /** `given`: words are found only in what the cloud said; `literal`: only images whose id or name holds the whole term. */
  readonly match: "words" | "given" | "literal";
  /** Words: images that match all of them are left out. */
  readonly without?: string | undefined;
  /** Only these images, whatever the case of their ids. */
  readonly ids?: readonly string[] | undefined;
  /** Whole names of families, as answers show them. */
  readonly family?: string | readonly string[] | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly deprecated?: boolean | undefined;
  /** Of each family, or each line, the newest build that can be launched among those that pass all else. */
  readonly latest?: boolean | "line" | undefined;
  readonly starred?: boolean | undefined;
  /** Whether stars do not affect the order. */
  readonly ignoresStars?: boolean | undefined;
  /** In place of the usual order, stars included. */
  readonly sort?: SortOrder | undefined;
}

/** What is asked of images beside a term. Values are folded, times are milliseconds. */
export interface Filters {
  readonly values: readonly AskedFilter[];
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Whether the deprecation time has come. */
  readonly deprecated?: boolean | undefined;
  /** `deprecated=false` leaves out hidden images, too, unless the query asks for them. */
  readonly leavesHiddenOut: boolean;
  /** A folded text that must stand in the id or the name. */
  readonly literal?: string | undefined;
  /** Whether the spellings of facts do not count. */
  readonly given: boolean;
  /** Whether only the id and the name count. */
  readonly isLiteral: boolean;
  /** Images that have all of these words (at least one) are left out. */
  readonly without?: Term | undefined;
}

/** A prepared search: folded, split, and able to judge a row by itself. */
export interface PreparedQuery {
  readonly term: Term;
  readonly filters: Filters;
  /** Of what only the newest is kept; undefined: all images are kept. */
  readonly latest: "family" | "line" | undefined;
  /** The time of the query, in milliseconds. */
  readonly now: number;
  /** Only starred images. */
  readonly starredOnly: boolean;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars: boolean;
  /** Only images of families with these names. */
  readonly families: readonly string[] | undefined;
  /** Only images with these ids, in small letters. */
  readonly ids: readonly string[] | undefined;
  readonly sort: SortOrder | undefined;
  /** Whether an image matches, apart from `latest`: the same answer as the index's, for rows that are examined one by one. */
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
  const read = (text: string, parameter?: string): Term => {
    const parsed = parseTerm(text, parameter);
    return isLiteral ? literalTerm(parsed) : parsed;
  };
  const term = read(query.term);
  const without = read(query.without ?? "", "without");
  const moment = Date.parse(now);
  // The same on all servers, and as long as an answer is remembered.
  const minute = moment - (moment % 60_000);
  const filters: Filters = {
    values: askedFilters(query),
    createdAfter: askedTime(query.createdAfter, minute),
    createdBefore: askedTime(query.createdBefore, minute),
    deprecated: query.deprecated,
    leavesHiddenOut: query.deprecated === false && query.hidden === undefined,
    literal: isLiteral && term.whole !== "" ? term.whole : undefined,
    given: query.match !== "words",
    isLiteral,
    without: without.words.length === 0 ? undefined : without,
  };
  const ids = query.ids && new Set(query.ids.map((id) => lowerAscii(id.trim())));
  return {
    term,
    filters,
    latest: query.latest === "line" ? "line" : query.latest ? "family" : undefined,
    now: moment,
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
      passes(row, filters, moment),
    isExact: ({ imageId }) => term.whole !== "" && lowerAscii(imageId) === term.whole,
    isNamed: ({ name }) => term.whole !== "" && name === term.whole,
    fit: (row, fields) => fitOf(row, fields, term, filters.given),
  };
}

/** Like SQLite's lower(), which its index of ids with capitals uses. */
function lowerAscii(id: string): string {
  return id.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function passes(row: CandidateRow, filters: Filters, now: number): boolean {
  return passesAll(row, filters.values) && isOfTime(row, filters, now);
}

function isOfTime(
  { createdAt, deprecatedAt, hidden }: CandidateRow,
  { createdAfter, createdBefore, deprecated, leavesHiddenOut }: Filters,
  now: number,
): boolean {
  const created = timeOf(createdAt);
  return (
    !(leavesHiddenOut && hidden === "true") &&
    (deprecated === undefined || deprecated === isDeprecated(deprecatedAt, now)) &&
    (createdAfter === undefined || (created !== null && created >= createdAfter)) &&
    (createdBefore === undefined || (created !== null && created < createdBefore))
  );
}

/** The minute that the matches of a query with ages (`30d`) depend on; else "". */
export function minuteOf({ createdAfter, createdBefore }: ImageQuery, now: string): string {
  return isAge(createdAfter) || isAge(createdBefore) ? now.slice(0, 16) : "";
}
