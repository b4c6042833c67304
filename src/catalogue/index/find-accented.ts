import { withoutAccents } from "../../fold.ts";
import type { Segment } from "./segment.ts";

interface AccentedWord {
  readonly word: string;
  /** The same without accents. */
  readonly bare: string;
}

const accented = new WeakMap<Segment, readonly AccentedWord[]>();

/** The words of a segment that have accents: of most catalogues few. */
function accentedIn(segment: Segment): readonly AccentedWord[] {
  const known = accented.get(segment);
  if (known) return known;
  const { words, wordsBeyondAscii } = segment;
  const found: AccentedWord[] = [];
  for (let at = 0; at < wordsBeyondAscii.length; at++) {
    const word = words.at(wordsBeyondAscii.at(at));
    const bare = withoutAccents(word);
    if (bare !== word) found.push({ word, bare });
  }
  accented.set(segment, found);
  return found;
}

/** Words, and parts of words, that are this text but for their accents: whole words first, then short ones. */
export function findAccented(segments: readonly Segment[], bare: string, most: number): string[] {
  const holders = segments.flatMap((segment) => accentedIn(segment).filter((word) => word.bare.includes(bare)));
  const found = holders
    .toSorted((a, b) => a.bare.length - b.bare.length || (a.word < b.word ? -1 : 1))
    .flatMap((holder) => partOf(holder.word, bare) ?? []);
  return [...new Set(found)].filter((word) => word !== bare).slice(0, most);
}

/** The part of a word that is this text without its accents; a letter may stand for two (`ß`). */
function partOf(word: string, bare: string): string | undefined {
  const letters = Array.from(word);
  const ends: number[] = [];
  let text = "";
  for (const letter of letters) ends.push((text += withoutAccents(letter)).length);
  const at = text.indexOf(bare);
  const [first, last] = [at === 0 ? 0 : ends.indexOf(at) + 1, ends.indexOf(at + bare.length)];
  const isWhole = at >= 0 && (at === 0 || first > 0) && last >= 0;
  return isWhole ? letters.slice(first, last + 1).join("") : undefined;
}
