import { fold } from "../../fold.ts";
import { allWordsOf, type FamilyDocument, isWord } from "./family-document.ts";

/**
 * Texts of documents that no index has yet, folded and joined: one pass finds those that may have a word, in a tenth of the
 * time that asking each takes.
 */
export interface Haystack {
  /** Adding a document twice has no effect. */
  add(document: FamilyDocument): void;
  /** The documents that have all of these letters (folded, none empty) anywhere in their texts; also such as were removed since. */
  holdingAll(all: readonly string[]): FamilyDocument[];
  /** The document of each of its words that is this one or (`isPrefix`) begins with it: once for each. */
  fitting(word: string, isPrefix: boolean): Generator<FamilyDocument, void>;
  /** Forgets all documents. */
  clear(): void;
}

/** Documents that came at one time. */
interface Bale {
  readonly documents: readonly FamilyDocument[];
  /** Their folded texts, one a line: no folded text has a line break. */
  readonly text: string;
  /** Where the text of each ends. */
  readonly ends: Uint32Array;
  /** 1: of ASCII alone. */
  readonly plain: Uint8Array;
}

export function createHaystack(): Haystack {
  const known = new Set<FamilyDocument>();
  let loose: FamilyDocument[] = [];
  let bales: Bale[] = [];

  const tied = (): readonly Bale[] => {
    if (loose.length > 0) bales.push(tie(loose));
    loose = [];
    return bales;
  };
  function* holding(letters: string): Generator<FamilyDocument, void> {
    for (const bale of tied()) yield* search(bale, letters);
  }
  return {
    add(document) {
      if (known.has(document)) return;
      known.add(document);
      loose.push(document);
    },
    holdingAll([first, ...others]) {
      if (first === undefined) return [];
      const sets = others.map((letters) => new Set(holding(letters)));
      return [...holding(first)].filter((document) => sets.every((set) => set.has(document)));
    },
    *fitting(word, isPrefix) {
      for (const bale of tied()) yield* searchWords(bale, word, isPrefix);
    },
    clear() {
      known.clear();
      loose = [];
      bales = [];
    },
  };
}

function tie(documents: readonly FamilyDocument[]): Bale {
  const plain = new Uint8Array(documents.length);
  const texts = documents.map(({ build: { name, publisher, about } }, at) => {
    const text = `${name} ${publisher} ${about}`;
    plain[at] = Number(ASCII.test(text));
    return plain[at] === 1 ? text.toLowerCase() : fold(text);
  });
  const ends = new Uint32Array(texts.length);
  let end = -1;
  for (const [at, { length }] of texts.entries()) ends[at] = end += length + 1;
  return { documents, text: texts.join("\n"), ends, plain };
}

const ASCII = /^[ -~]*$/;

function* search({ documents, text, ends }: Bale, letters: string): Generator<FamilyDocument, void> {
  let which = 0;
  for (let at = text.indexOf(letters); at >= 0; at = text.indexOf(letters, ends[which])) {
    while ((ends[which] ?? Number.POSITIVE_INFINITY) <= at) which++;
    const document = documents[which];
    if (!document) return;
    yield document;
  }
}

function* searchWords(
  { documents, text, ends, plain }: Bale,
  word: string,
  isPrefix: boolean,
): Generator<FamilyDocument, void> {
  let which = 0;
  for (let at = text.indexOf(word); at >= 0;) {
    while ((ends[which] ?? Number.POSITIVE_INFINITY) <= at) which++;
    const document = documents[which];
    if (!document) return;
    if (plain[which] === 1) {
      if (isWordAt(text, at, word.length, isPrefix)) yield document;
      at = text.indexOf(word, at + 1);
    } else {
      // Where words begin and end is more than a look at two characters there.
      for (const known of allWordsOf(document))
        if (known === word || (isPrefix && known.startsWith(word))) yield document;
      at = text.indexOf(word, ends[which]);
    }
  }
}

/** Whether a word (of ASCII) begins at a place and ends so many letters on, or (`isPrefix`) later. */
function isWordAt(text: string, at: number, length: number, isPrefix: boolean): boolean {
  if (isLetterOrDigit(text.charCodeAt(at - 1))) return false;
  let end = at + length;
  while (isLetterOrDigit(text.charCodeAt(end))) end++;
  return (isPrefix || end === at + length) && isWord(text.slice(at, end));
}

/** Of folded ASCII. */
function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}
