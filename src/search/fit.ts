import { MIN_PREFIX } from "../catalogue/index/find-fits.ts";
import type { FoldedFields, SearchableRow } from "../catalogue/searched-texts.ts";
import { isVersionOf, versionsOf } from "../catalogue/stated-versions.ts";
import { hasWord, type Term } from "./parse-term.ts";

/*
 * How well an image fits a term, from best to worst; in each kind, images whose versions are the numbers that were asked for come
 * before those where a number stands elsewhere, so that there are two classes of each:
 * 0 every word is a whole word of the name (or the publisher)
 * 1 every word is a whole word of some field
 * 2 every word begins a word of the name (or the publisher)
 * 3 every word begins a word of some field
 * 4 some word stands only inside of words
 *
 * The index tells the same classes (catalogue/index/find-fits.ts) without a look at each image; a property test holds the two
 * equal.
 */

const WORST_KIND = 4;
/** Classes are whole numbers from 0 to this. */
export const WORST_FIT = 2 * WORST_KIND + 1;

/** The class of an image that matches the term. */
export function fitOf(row: SearchableRow, fields: FoldedFields, term: Term): number {
  const versions = term.versions.length === 0 ? [] : versionsOf(row);
  const isOther = !term.versions.every((asked) => isVersionOf(asked, versions));
  return 2 * kindOf(fields, term) + (isOther ? 1 : 0);
}

/** The same with no regard to versions: 0 to 4. */
export function kindOf(fields: FoldedFields, term: Term): number {
  const runs = term.words.flatMap((word) => word.runs);
  const all = [...fields.nameWords, null, ...fields.otherWords];
  if (runs.every((run) => standsIn(fields.nameWords, run, false))) return 0;
  if (runs.every((run) => standsIn(all, run, false))) return 1;
  if (runs.every((run) => standsIn(fields.nameWords, run, true))) return 2;
  return runs.every((run) => standsIn(all, run, true)) ? 3 : WORST_KIND;
}

/** Whether the image matches the term at all: the contract, word by word. */
export function matches(fields: FoldedFields, term: Term): boolean {
  return term.words.every((word) => fields.all.some((field) => hasWord(field, word)));
}

/** Whether the whole term stands in the id or the name. */
export function matchesLiterally(fields: FoldedFields, term: Term): boolean {
  return fields.id.includes(term.whole) || fields.name.includes(term.whole);
}

function standsIn(words: readonly (string | null)[], run: readonly string[], mayBegin: boolean): boolean {
  const last = run.length - 1;
  const begins = mayBegin && (run[last]?.length ?? 0) >= MIN_PREFIX;
  return words.some((_, at) =>
    run.every((part, n) => {
      const word = words[at + n];
      return n === last && begins ? (word?.startsWith(part) ?? false) : word === part;
    }),
  );
}
