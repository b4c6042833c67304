import { timeOf } from "../catalogue/index/indexed-image.ts";
import type { Trust } from "../catalogue/publishers.ts";
import type { CandidateRow } from "../catalogue/read-images.ts";
import type { FoldedFields } from "../catalogue/searched-texts.ts";
import { fold } from "../fold.ts";
import { fitOf, matches, matchesLiterally, WORST_FIT } from "./fit.ts";
import { literalTerm, parseTerm, type Term } from "./parse-term.ts";

/** A search as a user puts it. Times are ISO 8601. */
export interface ImageQuery {
  readonly term: string;
  /** `literal`: only images whose id or name holds the whole term. */
  readonly match: "words" | "literal";
  readonly architecture?: string | undefined;
  /** Owner id or alias. */
  readonly owner?: string | undefined;
  readonly platform?: string | undefined;
  readonly publisher?: string | undefined;
  readonly trust?: Trust | undefined;
  readonly rootDevice?: string | undefined;
  /** The family's whole name, as answers show it. */
  readonly family?: string | undefined;
  readonly visibility?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly latest?: boolean | undefined;
  readonly starred?: boolean | undefined;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars?: boolean | undefined;
}

/** What is asked of images beside a term. Values are folded, times are milliseconds. */
export interface Filters {
  readonly architecture?: string | undefined;
  readonly owner?: string | undefined;
  readonly platform?: string | undefined;
  readonly publisher?: string | undefined;
  readonly trust?: string | undefined;
  readonly rootDevice?: string | undefined;
  readonly visibility?: string | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  /** Whether the deprecation time has come by `now`. */
  readonly deprecated?: { readonly is: boolean; readonly now: number } | undefined;
  readonly latest?: boolean | undefined;
  /** A folded text that must stand in the id or the name. */
  readonly literal?: string | undefined;
}

/** A search made ready: folded, split, and able to judge a row by itself. */
export interface PreparedQuery {
  readonly term: Term;
  readonly filters: Filters;
  /** Only starred images. */
  readonly starredOnly: boolean;
  /** Starred images stand where they would without their stars. */
  readonly ignoresStars: boolean;
  /** Only images of families with this name. */
  readonly family: string | undefined;
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
  const term = isLiteral ? literalTerm(parseTerm(query.term)) : parseTerm(query.term);
  const folded = (value: string | undefined): string | undefined => (value === undefined ? undefined : fold(value));
  const filters: Filters = {
    architecture: folded(query.architecture),
    owner: folded(query.owner),
    platform: folded(query.platform),
    publisher: folded(query.publisher),
    trust: query.trust,
    rootDevice: folded(query.rootDevice),
    visibility: folded(query.visibility),
    createdAfter: timeOf(query.createdAfter ?? null) ?? undefined,
    createdBefore: timeOf(query.createdBefore ?? null) ?? undefined,
    deprecated: query.deprecated === undefined ? undefined : { is: query.deprecated, now: Date.parse(now) },
    latest: query.latest,
    literal: isLiteral && term.whole !== "" ? term.whole : undefined,
  };
  return {
    term,
    filters,
    starredOnly: query.starred === true,
    ignoresStars: query.ignoresStars === true,
    family: query.family,
    finds: (row, fields) =>
      matches(fields, term) && (!filters.literal || matchesLiterally(fields, term)) && passes(row, filters),
    isExact: ({ imageId }) => term.whole !== "" && lowerAscii(imageId) === term.whole,
    isNamed: ({ name }) => term.whole !== "" && name === term.whole,
    fit: (fields) => Math.min(fitOf(fields, term), WORST_FIT),
  };
}

/** As SQLite's lower(), which its index of ids with capitals goes by. */
function lowerAscii(id: string): string {
  return id.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function passes(row: CandidateRow, filters: Filters): boolean {
  return hasValues(row, filters) && (!filters.latest || row.latest === 1) && isOfTime(row, filters);
}

function hasValues(row: CandidateRow, filters: Filters): boolean {
  const facets: [wanted: string | undefined, ...values: (string | null)[]][] = [
    [filters.architecture, row.architecture],
    [filters.owner, row.ownerId, row.ownerAlias],
    [filters.platform, row.platform],
    [filters.publisher, row.publisher],
    [filters.trust, row.trust],
    [filters.rootDevice, row.rootDevice],
    [filters.visibility, row.visibility],
  ];
  return facets.every(
    ([wanted, ...values]) => wanted === undefined || values.some((value) => value && fold(value) === wanted),
  );
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
