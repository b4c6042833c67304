import { fold, wordsOf } from "../../fold.ts";
import type { FilterValues } from "./asked-filters.ts";
import { VALUE_FILTERS } from "./filter-table.ts";
import type { Trust } from "./publishers.ts";
import { type FoldedSpellings, foldedSpellings } from "./folded-spellings.ts";

/** The columns of an image that a search looks into, as the database has them. */
export interface SearchableRow extends FilterValues {
  readonly imageId: string;
  readonly name: string;
  readonly description: string | null;
  readonly trust: Trust;
  readonly latest: 0 | 1;
  /** JSON array of strings. */
  readonly keywords: string;
}

/** What a row has beside the values of filters. */
const TEXTS = ["imageId", "name", "description", "latest", "keywords"];

/** The properties of a SearchableRow, and their columns. A flag is 0 or 1 in its column, and comes as text. */
export const SEARCHED_COLUMNS: readonly {
  readonly property: string;
  readonly column: string;
  readonly isFlag: boolean;
}[] = [
  ...new Map([
    ...TEXTS.map((property) => [property, false] as const),
    ...VALUE_FILTERS.flatMap(({ columns, holds }) => columns.map((property) => [property, holds === "flag"] as const)),
  ]),
].map(([property, isFlag]) => ({ property, column: columnOf(property), isFlag }));

/** For a SELECT that yields a SearchableRow. */
export const SEARCHABLE = SEARCHED_COLUMNS.map(
  ({ property, column, isFlag }) => `${isFlag ? `iif(${column}, 'true', 'false')` : column} AS ${property}`,
).join(", ");

/** A column is named as its property, in snake case. */
function columnOf(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An image's text as searches see it: the whole, and what counts as its name when they rank. */
export interface FoldedFields {
  readonly id: string;
  readonly name: string;
  /** Every field that the cloud said, folded. A word matches when one of them contains it. */
  readonly all: readonly string[];
  /** Words of name and publisher; null between fields. */
  readonly nameWords: readonly (string | null)[];
  /** Words of the other fields; null between fields. */
  readonly otherWords: readonly (string | null)[];
  /** The spellings of its facts, in which words are found as well. */
  readonly facts: FoldedSpellings;
  /** Whether the words of its facts count as words of the name: those of own images, and of known publishers'. */
  readonly isKnown: boolean;
}

export function foldedFields(row: SearchableRow): FoldedFields {
  const id = fold(row.imageId);
  const name = fold(row.name);
  const publisher = present([row.publisher]);
  const others = present([
    row.description,
    row.ownerId,
    row.ownerAlias,
    row.platform,
    row.architecture,
    ...keywordsOf(row),
  ]);
  return {
    id,
    name,
    all: name === id ? [id, ...publisher, ...others] : [id, name, ...publisher, ...others],
    nameWords: wordsWithGaps([name, ...publisher]),
    otherWords: wordsWithGaps(others),
    facts: foldedSpellings(row),
    isKnown: row.trust !== "community",
  };
}

function present(fields: readonly (string | null)[]): string[] {
  return fields.flatMap((field) => (field ? [fold(field)] : []));
}

export function keywordsOf({ keywords }: Pick<SearchableRow, "keywords">): string[] {
  if (keywords === "[]") return [];
  const list: unknown = JSON.parse(keywords);
  return Array.isArray(list) ? list.map(String) : [];
}

function wordsWithGaps(fields: readonly string[]): (string | null)[] {
  return fields.flatMap((field, at) => (at === 0 ? wordsOf(field) : [null, ...wordsOf(field)]));
}
