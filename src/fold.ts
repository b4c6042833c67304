/** Stands between two fields of an image in one text; `fold` never lets it through. */
export const FIELD_BREAK = "\uffff";

/**
 * Text as it is compared; every comparison of the contract (what matches, what is exact) is between folded texts: Unicode NFKC in
 * lower case, with quotes, dashes and white space of all kinds in their plain form and without what cannot be seen. A part of a
 * text, cut between graphemes, folds to a part of the text's fold.
 */
export function fold(text: string): string {
  // Nearly all texts are of these.
  if (PLAIN.test(text)) return text.toLowerCase();
  const plain = spellPlainly(text.toWellFormed());
  if (!COMBINING.test(plain)) return foldCharacters(plain);
  let folded = "";
  graphemes ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  for (const { segment } of graphemes.segment(plain)) folded += foldCharacters(segment);
  return folded;
}

const PLAIN = /^[ -~]*$/;

/** The same as characters of one kind: those of NFKC, which has other plain forms of some, come after. */
const SPELLINGS: readonly (readonly [kind: RegExp, plain: string])[] = [
  [/[\u201c-\u201f\u00ab\u00bb\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]/g, '"'],
  [/[\u2018-\u201b\u2039\u203a\u00b4\u02b9\u02bb\u02bc\u2032\u2035\u275b\u275c\uff07]/g, "'"],
  [/[\p{Dash_Punctuation}\u2212\u2043\u02d7\u2796]/gu, "-"],
  [/\p{White_Space}/gu, " "],
];

function spellPlainly(text: string): string {
  return SPELLINGS.reduce((spelled, [kind, plain]) => spelled.replace(kind, plain), text);
}

/**
 * What may become one character with its neighbours: marks, invisible characters between them, and the letters of which Korean
 * syllables are made, in all their forms. Texts that have such are folded grapheme by grapheme.
 */
const COMBINING =
  /[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff\uff9e-\uffdc]/u;

/** Where one sees no difference. White space is spelled plainly before. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Control}]/gu;

/** Made when the first text needs it: it takes as long as reading half the program. */
let graphemes: Intl.Segmenter | undefined;

function foldCharacters(text: string): string {
  return (
    text
      .replace(INVISIBLE, "")
      .normalize("NFKC")
      .toLowerCase()
      // Lower case leaves the dot of `İ` as a mark, and gives `Σ` another form at the end of a word.
      .replaceAll("i\u0307", "i")
      .replaceAll("ς", "σ")
      .replace(INVISIBLE, "")
      .replaceAll(FIELD_BREAK, "\ufffd")
  );
}

/** Letters that are others with a stroke, or two in one: no mark is left over when they are taken apart. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  þ: "th",
};
const STROKED = new RegExp(`[${Object.keys(PLAIN_LETTERS).join("")}]`, "g");

/** A folded text as somebody types it who leaves marks out: `café` is `cafe`, `straße` `strasse`. In any script. */
export function withoutAccents(folded: string): string {
  if (PLAIN.test(folded)) return folded;
  const bare = folded
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .normalize("NFC");
  return bare.replace(STROKED, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

const ASCII_WORD = /[a-z0-9]+/g;
const WORD_PIECE = /([\p{L}\p{N}\p{M}]+)/u;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words of a folded text: runs of letters, digits and marks. `jammy-22.04` has three. */
export function wordsOf(folded: string): string[] {
  return folded.match(PLAIN.test(folded) ? ASCII_WORD : WORD) ?? [];
}

/** A folded text cut at its words: odd pieces are words, even ones what stands between them; joined, the text again. */
export function cutAtWords(folded: string): string[] {
  return folded.split(WORD_PIECE);
}
