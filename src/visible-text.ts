/** Printable ASCII, as nearly all names are. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Everything that is not seen, or that changes how other text is seen: controls (C0, DEL, C1), formats (direction, width,
 * tags), line and paragraph separators, lone surrogates, variation selectors, fillers and the like.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u{2800}\u{fff9}-\u{fffb}]/gu;

/** Emoji that are joined into one picture, and the selectors and keycaps that are part of one: these may stay. */
const PICTURE =
  /(?:\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*|[0-9#*]\ufe0f\u20e3)/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Foreign text as people may safely see it: whatever is unseen, or steers a terminal or the direction of writing, is
 * written as JavaScript has it (`\n`, `\x1b`, `\u202e`, `\u{e0041}`). Nothing is taken out, so nothing new can arise.
 * Characters of `allowed` stay, such as the line feeds of a text of several lines.
 */
export function visibleText(text: string, allowed = ""): string {
  if (PLAIN.test(text)) return text;
  let shown = "";
  let from = 0;
  for (const { 0: picture, index } of text.matchAll(PICTURE)) {
    shown += write(text.slice(from, index), allowed) + picture;
    from = index + picture.length;
  }
  return shown + write(text.slice(from), allowed);
}

/**
 * The same JSON with nothing unseen in it: in a JSON text such characters stand in strings alone, where `\u` says the
 * same. Line feeds between its tokens stay.
 */
export function visibleJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(UNSEEN, (character) => (character === "\n" ? character : inUnits(character)));
}

function write(text: string, allowed: string): string {
  return text.replace(UNSEEN, (character) => (allowed.includes(character) ? character : notationOf(character)));
}

function notationOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code > 0xffff) return `\\u{${digits}}`;
  return code > 0xff ? `\\u${digits.padStart(4, "0")}` : `\\x${digits.padStart(2, "0")}`;
}

function inUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
