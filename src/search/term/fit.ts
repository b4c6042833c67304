import { MIN_PREFIX } from "../../catalogue/index/find-fits.ts";
import type { FoldedFields, SearchableRow } from "../../catalogue/facts/searched-texts.ts";
import { isVersionOf, versionsOf } from "../../catalogue/facts/stated-versions.ts";
import { hasWord, type Term } from "./parse-term.ts";

/*
 * How well an image fits a term, from best to worst; in each kind, images whose versions are the numbers that were asked for come
 * before those where a number stands elsewhere, so that there are two classes of each:
 * 0 every word is a whole word of the name (or the publisher)
 * 1 every word is a whole word of some field
 * 2 every word is a whole word of some field or of a fact's spelling
 * 3 every word begins a word of the name (or the publisher)
 * 4 every word begins a word of some field
 * 5 every word begins a word of some field or of a fact's spelling
 * 6 some word stands only inside of words
 *
 * The spellings of facts of own images and of known publishers' count as words of the name. A question that leaves the spellings
 * out (`given`) disregards them here as well.
 *
 * The index tells the same classes (catalogue/index/find-fits.ts) without a look at each image; a property test holds the two
 * equal.
 */

const WORST_KIND = 6;
/** Classes are whole numbers from 0 to this. */
export const WORST_FIT = 2 * WORST_KIND + 1;

/** The class of an image that matches the term. `isGiven`: only what the cloud said counts. */
export function fitOf(row: SearchableRow, fields: FoldedFields, term: Term, isGiven = false): number {
  const versions = term.versions.length === 0 ? [] : versionsOf(row);
  const isOther = !term.versions.every((asked) => isVersionOf(asked, versions));
  return 2 * kindOf(fields, term, isGiven) + (isOther ? 1 : 0);
}

/** The same without regard to versions: 0 to 6. */
export function kindOf(fields: FoldedFields, term: Term, isGiven = false): number {
  const facts = isGiven ? [] : fields.facts.words;
  const names = fields.isKnown ? [fields.nameWords, facts] : [fields.nameWords];
  const given = [...names, fields.otherWords];
  const ways = [names, given, [...given, facts]];
  const whole = ways.findIndex((texts) => allStandIn(texts, term, false));
  if (whole >= 0) return whole;
  const begun = ways.findIndex((texts) => allStandIn(texts, term, true));
  return begun >= 0 ? ways.length + begun : WORST_KIND;
}

/** Whether each run of a term stands in one of these lists of words. Loops: this is asked of each row that is ranked by itself. */
function allStandIn(texts: readonly Words[], { words }: Term, mayBegin: boolean): boolean {
  for (const { runs } of words)
    for (const run of runs) if (!texts.some((text) => standsIn(text, run, mayBegin))) return false;
  return true;
}

/** Whether the image matches the term at all: the contract, word by word. */
export function matches(fields: FoldedFields, term: Term, isGiven = false): boolean {
  const texts = isGiven ? fields.all : [...fields.all, ...fields.facts.texts];
  return term.words.every((word) => texts.some((text) => hasWord(text, word)));
}

/** Whether the whole term stands in the id or the name. */
export function matchesLiterally(fields: FoldedFields, term: Term): boolean {
  return fields.id.includes(term.whole) || fields.name.includes(term.whole);
}

/** Words of one text or several; null between two texts. */
type Words = readonly (string | null)[];

/** Whether words stand next to each other, in this order. */
export function standsIn(words: Words, run: readonly string[], mayBegin: boolean): boolean {
  const last = run.length - 1;
  const begins = mayBegin && (run[last]?.length ?? 0) >= MIN_PREFIX;
  const [only] = run;
  if (last === 0 && only !== undefined && !begins) return words.includes(only);
  for (let at = 0; at + last < words.length; at++) {
    let n = 0;
    while (n <= last && isPart(words[at + n], run[n], begins && n === last)) n++;
    if (n > last) return true;
  }
  return false;
}

function isPart(word: string | null | undefined, part: string | undefined, begins: boolean): boolean {
  return begins && part !== undefined ? (word?.startsWith(part) ?? false) : word === part;
}
