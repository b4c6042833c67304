import type { Filters, Sought } from "../catalogue/find-positions.ts";
import type { CandidateRow } from "../catalogue/read-images.ts";
import type { FoldedFields } from "../catalogue/text-index.ts";
import { fold } from "../fold.ts";
import { fitOf, matches, matchesLiterally, MIN_PREFIX, WORST_FIT } from "./fit.ts";
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
  readonly visibility?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly latest?: boolean | undefined;
  readonly starred?: boolean | undefined;
}

/** A search made ready: folded, split, and able to judge a row by itself. */
export interface PreparedQuery {
  readonly term: Term;
  readonly filters: Filters;
  readonly sought: Sought;
  /** Only starred images. */
  readonly starredOnly: boolean;
  /** Whether an image is found: the same answer as the database's, for rows that are looked at one by one. */
  finds(row: CandidateRow, fields: FoldedFields): boolean;
  /** Whether the term is the image's whole name or id. */
  isExact(fields: FoldedFields): boolean;
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
    visibility: folded(query.visibility),
    createdAfter: query.createdAfter,
    createdBefore: query.createdBefore,
    deprecated: query.deprecated === undefined ? undefined : { is: query.deprecated, now },
    latest: query.latest,
    literal: isLiteral && term.whole !== "" ? term.whole : undefined,
  };
  return {
    term,
    filters,
    sought: { words: term.words, filters, minPrefix: MIN_PREFIX },
    starredOnly: query.starred === true,
    finds: (row, fields) =>
      matches(fields, term) && (!filters.literal || matchesLiterally(fields, term)) && passes(row, filters),
    isExact: ({ id, name }) => term.whole !== "" && (name === term.whole || id === term.whole),
    fit: (fields) => Math.min(fitOf(fields, term), WORST_FIT),
  };
}

function passes(row: CandidateRow, filters: Filters): boolean {
  const is = (wanted: string | undefined, ...values: (string | null)[]): boolean =>
    wanted === undefined || values.some((value) => value !== null && value !== "" && fold(value) === wanted);
  const isDeprecated = filters.deprecated && row.deprecatedAt !== null && row.deprecatedAt <= filters.deprecated.now;
  return (
    is(filters.architecture, row.architecture) &&
    is(filters.owner, row.ownerId, row.ownerAlias) &&
    is(filters.platform, row.platform) &&
    is(filters.visibility, row.visibility) &&
    (!filters.latest || row.latest === 1) &&
    (!filters.deprecated || filters.deprecated.is === isDeprecated) &&
    (filters.createdAfter === undefined || (row.createdAt ?? "") >= filters.createdAfter) &&
    (filters.createdBefore === undefined || (row.createdAt !== null && row.createdAt < filters.createdBefore))
  );
}
