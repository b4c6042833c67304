import { fold } from "../../fold.ts";
import type { FamilyDocument } from "./family-document.ts";

/**
 * Texts of documents that no index has yet, folded and joined: one pass finds those that may have a word, in a tenth of the
 * time that asking each takes.
 */
export interface Haystack {
  /** Adding a document twice has no effect. */
  add(document: FamilyDocument): void;
  /** The documents that have these letters (folded, not empty) anywhere in a text; also documents that were removed since. */
  holding(letters: string): Generator<FamilyDocument, void>;
  /** The documents that have all of these. */
  holdingAll(all: readonly string[]): FamilyDocument[];
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
}

export function createHaystack(): Haystack {
  const known = new Set<FamilyDocument>();
  let loose: FamilyDocument[] = [];
  let bales: Bale[] = [];

  function* holding(letters: string): Generator<FamilyDocument, void> {
    if (loose.length > 0) bales.push(tie(loose));
    loose = [];
    for (const bale of bales) yield* search(bale, letters);
  }
  return {
    add(document) {
      if (known.has(document)) return;
      known.add(document);
      loose.push(document);
    },
    holding,
    holdingAll([first, ...others]) {
      if (first === undefined) return [];
      const sets = others.map((letters) => new Set(holding(letters)));
      return [...holding(first)].filter((document) => sets.every((set) => set.has(document)));
    },
    clear() {
      known.clear();
      loose = [];
      bales = [];
    },
  };
}

function tie(documents: readonly FamilyDocument[]): Bale {
  const texts = documents.map(({ build: { name, publisher, about } }) => fold(`${name} ${publisher} ${about}`));
  const ends = new Uint32Array(texts.length);
  let end = -1;
  for (const [at, { length }] of texts.entries()) ends[at] = end += length + 1;
  return { documents, text: texts.join("\n"), ends };
}

function* search({ documents, text, ends }: Bale, letters: string): Generator<FamilyDocument, void> {
  let which = 0;
  for (let at = text.indexOf(letters); at >= 0; at = text.indexOf(letters, ends[which])) {
    while ((ends[which] ?? Number.POSITIVE_INFINITY) <= at) which++;
    const document = documents[which];
    if (!document) return;
    yield document;
  }
}
