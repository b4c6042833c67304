/** Ascending texts, or any others by number: all of them in one (UTF-8), and where each begins. */
export interface BuiltDictionary {
  readonly text: Uint8Array;
  readonly starts: Uint32Array;
}

export function dictionaryOf(texts: readonly string[]): BuiltDictionary {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, at) => (starts[at + 1] = starts[at]! + Buffer.byteLength(text)));
  return { text: new Uint8Array(Buffer.from(texts.join(""), "utf8")), starts };
}
