/*
 * How texts become tokens of the FTS5 index. FTS5's own trigram tokenizer cannot find words of one or
 * two characters; these tokens can, in the same index and so in the same AND. FTS5 runs with its `ascii`
 * tokenizer, which splits at spaces and keeps all else (`TOKENCHARS`), so we hand it finished tokens:
 *
 * - grams: the three characters from each position on, so that a phrase of grams is a substring. The end
 *   of a text is padded: each pair of characters starts a gram, and a prefix query finds it.
 * - singles: each character that occurs, once, and each of the pairs that nearly every image has
 *   (a prefix query over those would visit most of the catalogue).
 * - words: marked, so that a word of three letters is no gram.
 *
 * Folded text has no upper-case letters, so these stand for what tokens cannot hold: white space and
 * control characters (U+0400 + code), the two quotes, padding, and the marks of the other tokens.
 */

const CONTROLS_FROM = 0x400;
const SPELLINGS: Record<string, string> = { "\u007f": "\u0421", '"': "\u0422", "'": "\u0423" };
const PAD = "\u0424";
const WORD_MARK = "\u00c1";
const GAP = "\u00c2";
const FACET_MARK = "\u00c3";

/** The ASCII punctuation that FTS5's `ascii` tokenizer must take as part of a token. */
export const TOKENCHARS = "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~";

/** Pairs in more than about a twentieth of a region's images: most come from ids, dates and architectures. */
const COMMON_PAIRS = new Set(
  (
    "am mi i- -0 x8 86 6_ _6 64 ar rm hv vm se er rv ve ub bu un nt tu li in nu ux eb bs ss sd gp 20 19 18 17 16 15 14 13 12 11 10 " +
    "21 22 23 24 25 26 01 02 03 04 05 06 07 08 09 00 0- -1 -2 1- 2- 3- 4- 5- 6- s- t- e- -x -s -e -h m- v- .0 .1 .2 ow in wi do ws " +
    "de eb bi it na mi an st ma ar en es on re or te at ti ed to is ro ra co ac ce pl ap al la as io ta no ba d- n- " +
    "/u /h ag ge es s/ 99 97 72 10 94 77 79 59 33 93 41 th he"
  ).split(" "),
);

// eslint-disable-next-line no-control-regex
const UNSPELLABLE = /[\x00- "'\x7f]/g;
const SURROGATE = /[\ud800-\udfff]/;

/** A folded text as tokens spell it. */
function spell(folded: string): string {
  return folded.replace(UNSPELLABLE, spellCharacter);
}

function spellCharacter(character: string): string {
  if (character <= " ") return String.fromCharCode(CONTROLS_FROM + character.charCodeAt(0));
  return SPELLINGS[character] ?? character;
}

/** The grams and singles of a folded text, each as text for its column of the index. */
export function gramsOf(folded: string): { grams: string; singles: string } {
  const spelled = spell(folded) + PAD + PAD;
  return SURROGATE.test(spelled) ? gramsOfCharacters(Array.from(spelled)) : gramsOfCodeUnits(spelled);
}

function gramsOfCharacters(characters: readonly string[]): { grams: string; singles: string } {
  const singles = new Set<string>();
  let grams = "";
  for (let at = 0; at + 2 < characters.length; at++) {
    const first = characters[at] ?? "";
    const pair = first + characters[at + 1];
    grams += `${pair}${characters[at + 2]} `;
    singles.add(first);
    if (COMMON_PAIRS.has(pair)) singles.add(pair);
  }
  return { grams, singles: [...singles].join(" ") };
}

// What was seen in this text is marked with its number, so that nothing need be cleared between texts.
const seenUnits = new Uint32Array(1 << 16);
const seenPairs = new Uint32Array(1 << 14);
const commonPairs = new Uint8Array(1 << 14);
for (const pair of COMMON_PAIRS) commonPairs[pairIndex(pair.charCodeAt(0), pair.charCodeAt(1))] = 1;
let textNumber = 0;

/** The same for a text whose characters are all one UTF-16 unit, as nearly all are: three times as fast. */
function gramsOfCodeUnits(text: string): { grams: string; singles: string } {
  textNumber++;
  let grams = "";
  let singles = "";
  let unit = text.charCodeAt(0);
  for (let at = 0; at + 2 < text.length; at++) {
    const next = text.charCodeAt(at + 1);
    grams += `${text.substring(at, at + 3)} `;
    if (seenUnits[unit] !== textNumber) {
      seenUnits[unit] = textNumber;
      singles += `${text[at]} `;
    }
    if (unit < 128 && next < 128) {
      const pair = pairIndex(unit, next);
      if (commonPairs[pair] === 1 && seenPairs[pair] !== textNumber) {
        seenPairs[pair] = textNumber;
        singles += `${text.substring(at, at + 2)} `;
      }
    }
    unit = next;
  }
  return { grams, singles };
}

function pairIndex(first: number, second: number): number {
  return (first << 7) | second;
}

/** Words as text for a column; `null` leaves a gap that no phrase crosses. */
export function wordTokens(words: readonly (string | null)[]): string {
  return words.map((word) => (word === null ? GAP : WORD_MARK + word)).join(" ");
}

/** A value that a filter asks for whole: `facetToken("architecture", "arm64")`. */
export function facetToken(facet: string, folded: string): string {
  return `${FACET_MARK}${facet}=${spell(folded)}`;
}

/**
 * The MATCH expression for "this folded text is a substring": exact for any length from one character. It names no
 * column, which FTS5 would look up for each image: no other column has tokens that these could be taken for.
 */
export function substringMatch(folded: string): string {
  const whole = spell(folded);
  const characters = Array.from(whole);
  if (characters.length === 1 || COMMON_PAIRS.has(whole)) return `"${whole}"`;
  if (characters.length === 2) return `"${whole}"*`;
  const grams = characters.slice(0, -2).map((first, at) => first + characters[at + 1] + characters[at + 2]);
  return `"${grams.join(" ")}"`;
}

/** The MATCH expression for "these words stand there in a row", the last one perhaps only begun. */
export function wordsMatch(columns: string, words: readonly string[], lastIsPrefix: boolean): string {
  return `${columns}"${wordTokens(words)}"${lastIsPrefix ? "*" : ""}`;
}

/** The MATCH expression for a facet's value. */
export function facetMatch(facet: string, folded: string): string {
  return `"${facetToken(facet, folded)}"`;
}
