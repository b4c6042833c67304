import { plainDates } from "./plain-dates.ts";
import { fold } from "./fold.ts";

/*
 * The one order of versions and of names that hold them: `8.10` after `8.9`, `2.0.0-rc.1` before `2.0.0`, `15-sp6` before
 * `15-sp7`, `24.04.202404230` before `24.04.202406140`. A text is cut into numbers and words; each is written so that the order of
 * the written texts, character by character, is the order of the versions. So SQLite can sort by it too.
 */

/** A number or a word, and how it stands to what is before it. */
type VersionToken =
  | { readonly kind: "start" | "dash" | "dot"; readonly digits: string }
  | { readonly kind: "word" | "letter" | "service"; readonly word: string }
  | { readonly kind: "early"; readonly stage: number };

/** Stages before a release, the earliest first. They count only behind a number: `beta-app` is a name. */
const STAGES: ReadonlyMap<string, number> = new Map(
  [
    "dev devel unstable experimental current",
    "snapshot nightly daily canary next test testing",
    "alpha",
    "beta",
    "preview prerelease pre milestone ea eap tp",
    "rc cr",
  ].flatMap((words, stage) => words.split(" ").map((word) => [word, stage] as const)),
);
/** The same in one letter, with a number behind it: `1.0a1`, `1.0b2`, `1.0-M1`. */
const LETTERED: ReadonlyMap<string, string> = new Map([
  ["a", "alpha"],
  ["b", "beta"],
  ["m", "milestone"],
]);
/** What is numbered after a release: service packs, patches, cumulative updates, `R2`. */
const SERVICES: ReadonlySet<string> = new Set("sp r p patch post u update hotfix cu h".split(" "));
/** Words of a release between its number and what came after it: `14.0-RELEASE-p5`, `22.03-LTS-SP1`. */
const RELEASES: ReadonlySet<string> = new Set(["release", "final", "ga", "lts", "rtm"]);

/** Of what follows a `~`, as Debian writes what comes before a release. */
const TILDE_STAGE = 9;

const PIECE = /\d+|[a-z\u0080-\u{10ffff}]+/gu;

/** A run of digits, or of letters, and what stands in front of it. */
interface VersionPiece {
  readonly text: string;
  readonly gap: string;
  readonly isNumber: boolean;
}

function piecesOf(text: string): VersionPiece[] {
  const folded = plainDates(fold(text));
  let end = 0;
  return Array.from(folded.matchAll(PIECE), ({ 0: found, index }) => {
    const gap = folded.slice(end, index);
    end = index + found.length;
    return { text: found, gap, isNumber: isDigit(found) };
  });
}

function isDigit(text: string): boolean {
  return text >= "0" && text < ":";
}

function tokensOf(text: string): VersionToken[] {
  const pieces = piecesOf(text);
  const tokens: VersionToken[] = [];
  let behind: Behind = "word";
  for (const [at, { text: piece, gap, isNumber }] of pieces.entries()) {
    const next = pieces[at + 1];
    const isNumbered = next !== undefined && next.isNumber && next.gap.length < 2;
    const isGlued = isNumbered && next.gap === "";
    if (isNumber) {
      if (behind === "number" && gap.includes("~")) tokens.push({ kind: "early", stage: TILDE_STAGE });
      const kind =
        behind === "word" || behind === "release" ? "start" : behind === "number" && gap === "." ? "dot" : "dash";
      tokens.push({ kind, digits: piece.replace(/^0+(?=\d)/, "") });
      behind = "number";
    } else if (piece !== "v" || !isGlued) {
      const token = wordToken(piece, { gap, isNumbered, isGlued, isBehindNumber: BEHIND_NUMBER.has(behind) });
      tokens.push(token);
      behind = behindWord(token, piece, behind);
    }
  }
  return tokens;
}

/** What a piece before was: a number, a word of its release, the name of a stage or service pack, something else. */
type Behind = "number" | "release" | "stage" | "word";

function behindWord({ kind }: VersionToken, word: string, before: Behind): Behind {
  if (kind === "word" && before === "number" && RELEASES.has(word)) return "release";
  return kind === "early" || kind === "service" ? "stage" : "word";
}

const BEHIND_NUMBER: ReadonlySet<Behind> = new Set(["number", "release"]);

/** Where a word stands: what is in front of it, and whether a number follows, maybe without a gap. */
interface VersionPlace {
  readonly gap: string;
  readonly isNumbered: boolean;
  readonly isGlued: boolean;
  readonly isBehindNumber: boolean;
}

/** A word; behind a number also a stage, a service pack such as `sp4`, or a letter such as the `k` of `1.1.1k`. */
function wordToken(word: string, { gap, isNumbered, isGlued, isBehindNumber }: VersionPlace): VersionToken {
  const isLettered = isGlued && (word === "m" ? gap !== "" : gap === "");
  const stage = STAGES.get((isLettered ? LETTERED.get(word) : undefined) ?? word);
  if (!isBehindNumber) return { kind: "word", word };
  if (stage !== undefined) return { kind: "early", stage };
  if (isNumbered) return { kind: SERVICES.has(word) ? "service" : "word", word };
  return { kind: word.length === 1 && gap.length < 2 && word < "\u0080" ? "letter" : "word", word };
}

/** Marks in the order of kinds, the older version first; `$` is the end of the text. */
const OLDEST_FIRST = { early: "!", start: "%", letter: "&", word: "(", dash: "5", dot: "6", service: "~" } as const;
const OLDEST_END = "$";
/** The same with the newer version first; words stay in the order of the alphabet. */
const NEWEST_FIRST = { service: "!", letter: '"', dot: "#", dash: "$", start: "&", word: "(", early: "~" } as const;
const NEWEST_END = "%";

/** Digits that count: names are shorter. */
const MOST_DIGITS = 2048;

/** A text whose order, character by character, is that of versions and names, older and smaller ones first. */
export function naturalKey(text: string): string {
  const parts = tokensOf(text).map((token) => {
    const mark = OLDEST_FIRST[token.kind];
    if ("digits" in token) return `${mark}${lengthKey(token.digits)}${token.digits}`;
    return "stage" in token ? `${mark}${token.stage}` : `${mark}${wordKey(token.word)}`;
  });
  return `${parts.join("")}${OLDEST_END}`;
}

/** The same with newer versions first: words by the alphabet, the numbers in them downwards. */
export function newestFirstKey(text: string): string {
  const parts = tokensOf(text).map((token) => {
    const mark = NEWEST_FIRST[token.kind];
    if ("digits" in token) return `${mark}${downwards(lengthKey(token.digits))}${downwards(token.digits)}`;
    if ("stage" in token) return `${mark}${downwards(String(token.stage))}`;
    return `${mark}${token.kind === "letter" ? downwards(token.word) : wordKey(token.word)}`;
  });
  return `${parts.join("")}${NEWEST_END}`;
}

/** The order of two versions or names, smaller or older first; of equals as they are written. */
export function compareNatural(a: string, b: string): number {
  return compareTexts(naturalKey(a), naturalKey(b)) || compareTexts(a, b);
}

/** The order of two versions or names, the newer version first. */
export function compareNewestFirst(a: string, b: string): number {
  return compareTexts(newestFirstKey(a), newestFirstKey(b)) || compareTexts(b, a);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Longer numbers are greater; the length of most is one digit. */
function lengthKey(digits: string): string {
  return digits.length < 10
    ? String(digits.length)
    : `a${String(Math.min(digits.length, MOST_DIGITS)).padStart(4, "0")}`;
}

/** Beyond ASCII by code points: SQLite compares bytes, JavaScript half characters. */
function wordKey(word: string): string {
  const ascii = word.replace(
    /[^\0-\x7f]/gu,
    (character) => `~${(character.codePointAt(0) ?? 0).toString(16).padStart(6, "0")}`,
  );
  return `${ascii})`;
}

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Digits and letters in the opposite order. */
function downwards(text: string): string {
  return text.replace(/[0-9a-z]/g, (character) => ALPHABET.at(-1 - ALPHABET.indexOf(character)) ?? character);
}
