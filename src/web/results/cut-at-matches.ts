/** A phrase in double quotes, or anything without white space: as the server splits a term. */
const PHRASE_OR_WORD = /"([^"]*)"|(\S+)/gu;

/** A part of a text. */
export interface TextPiece {
  readonly text: string;
  readonly isMatch: boolean;
}

/** The text cut where matches begin and end; joined, the text again. */
export function cutAtMatches(text: string, term: string): TextPiece[] {
  const lower = text.toLowerCase();
  // If the lower case of a text is longer (İ), offsets in it are not offsets in the text.
  if (lower.length !== text.length) return [{ text, isMatch: false }];
  const words = [...term.toLowerCase().matchAll(PHRASE_OR_WORD)].map(([, phrase, word]) => phrase ?? word ?? "");
  const isMatched = new Uint8Array(text.length);
  for (const word of words.filter((each) => each !== "")) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1))
      isMatched.fill(1, at, at + word.length);
  }
  const pieces: TextPiece[] = [];
  for (let from = 0; from < text.length;) {
    let to = from + 1;
    while (to < text.length && isMatched[to] === isMatched[from]) to++;
    pieces.push({ text: text.slice(from, to), isMatch: isMatched[from] === 1 });
    from = to;
  }
  return pieces;
}
