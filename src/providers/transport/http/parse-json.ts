import { AnswerTooLongError } from "./read-body.ts";

/**
 * Shorter answers are parsed as they are: what one of them can hold is no danger. Longer ones are looked over first, which takes a
 * fraction of the time that parsing takes.
 */
const SMALL = 1024 * 1024;
/** The parser needs a hundred bytes for each level: an answer of brackets alone would need a hundred times its length. */
const DEEPEST = 100_000;
/** Members of one array or object: each becomes an item that is read, rejected and told of. EC2's largest region is 200,000 images. */
const MOST_MEMBERS = 500_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** JSON that a cloud sent. Throws SyntaxError for what is no JSON, and AnswerTooLongError for what is made to take all memory. */
export function parseJson(text: string): unknown {
  if (text.length > SMALL) refuseHuge(text);
  return JSON.parse(text);
}

function refuseHuge(text: string): void {
  const members = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) {
      const count = (members.at(-1) ?? 0) + 1;
      if (count >= MOST_MEMBERS)
        throw new AnswerTooLongError(`more than ${MOST_MEMBERS} members in one array or object`);
      members[members.length - 1] = count;
    } else if (OPENING.has(code)) {
      members.push(0);
      if (members.length > DEEPEST) throw new AnswerTooLongError(`nested more than ${DEEPEST} levels deep`);
    } else if (CLOSING.has(code) && members.length > 1) members.pop();
  }
}

/** Where the quote is that ends the string which begins at `from`; the text's end without one. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const end = text.indexOf('"', at);
    if (end < 0) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
    at = end;
  }
  return text.length;
}
