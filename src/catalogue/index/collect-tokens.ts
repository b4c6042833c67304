import type { IndexedImage, IndexedText } from "./indexed-image.ts";
import { createIdCollector, type IdNumbers } from "./collect-ids.ts";
import { createUnitCollector, type UnitsMet } from "./collect-units.ts";
import { endOfRun, isWordAt } from "./letters.ts";
import { createPairNumbers, createTextNumbers } from "./text-numbers.ts";
import { type Met, Numbers, type NumbersMet } from "./numbers.ts";

/** What stands between two texts in a stream of tokens. */
export const BREAK = 0xffffffff;

/**
 * What images are made of: tokens (a word and the separator after it), characters and values, all numbered as they were met. Plain
 * values, which may be given to another thread.
 */
export interface Collected {
  readonly size: number;
  readonly rows: Float64Array;
  readonly keys: Float64Array;
  /** NaN where there is none. */
  readonly created: Float64Array;
  readonly deprecated: Float64Array;
  readonly families: Uint32Array;
  readonly words: readonly string[];
  readonly separators: readonly string[];
  /** Of each token: its word and its separator. */
  readonly wordOf: NumbersMet;
  readonly separatorOf: NumbersMet;
  /** All texts of all documents: token << 4 | KEPT | flags; after each text BREAK. */
  readonly stream: NumbersMet;
  /** Where in the stream each document ends. */
  readonly ends: Uint32Array;
  /** Tokens that stand twice in a document. */
  readonly repeated: Met;
  readonly units: UnitsMet;
  /** Ids that are no part of the stream. */
  readonly ids: IdNumbers;
  readonly values: readonly string[];
  readonly valuesMet: Met;
}

/** In the stream: the text is not part of another one of the document; see keptTexts. */
export const KEPT = 8;
export const TOKEN_SHIFT = 4;
export const FLAGS = 7;

/** Takes images apart, in their order; none of them is kept. */
export interface TokenCollector {
  add(image: IndexedImage): void;
  done(): Collected;
}

/** `size`: how many images there will be. */
export function createTokenCollector(size: number): TokenCollector {
  const [words, separators] = [createTextNumbers(), createTextNumbers()];
  const tokens = createPairNumbers();
  const stream = new Numbers(size * 32 + 64);
  const repeated = createMet();
  const units = createUnitCollector(size);
  const ids = createIdCollector(size);
  const values = createNumbering();
  const valuesMet = createMet();
  // Of each token: the document after the one that it was last met in.
  const lastMet = new Numbers();
  const images = createColumns(size);
  const ends = new Uint32Array(size);
  let doc = 0;

  const addText = ({ text, flags }: IndexedText, isKept: boolean): void => {
    for (let at = 0; at < text.length;) {
      const wordEnd = endOfRun(text, at, true);
      const end = endOfRun(text, wordEnd, false);
      const token = tokens.of(words.of(text, at, wordEnd), separators.of(text, wordEnd, end));
      if (token === lastMet.length) lastMet.push(0);
      if (isKept) {
        if (lastMet.data[token] === doc + 1) meet(repeated, token, doc);
        lastMet.data[token] = doc + 1;
      }
      stream.push((token << TOKEN_SHIFT) | (isKept ? KEPT : 0) | flags);
      at = end;
    }
    stream.push(BREAK);
  };
  return {
    add(image) {
      const [id, ...others] = image.texts;
      images.set(doc, image);
      for (const { text, flags } of image.texts) units.add(text, flags, doc);
      const texts = id !== undefined && ids.add(id.text, doc) ? others : image.texts;
      const kept = keptTexts(texts);
      texts.forEach((text, at) => addText(text, kept[at] ?? true));
      for (const value of image.values) meet(valuesMet, values.of(value), doc);
      ends[doc++] = stream.length;
    },
    done: () => ({
      size,
      ...images.columns,
      stream,
      ends,
      repeated,
      valuesMet,
      words: words.all,
      separators: separators.all,
      wordOf: tokens.firsts,
      separatorOf: tokens.seconds,
      values: values.all,
      units: units.met,
      ids: ids.met,
    }),
  };
}

type Columns = Pick<Collected, "rows" | "keys" | "created" | "deprecated" | "families">;

function createColumns(size: number): { readonly columns: Columns; set(doc: number, image: IndexedImage): void } {
  const create = (): Float64Array => new Float64Array(size).fill(NaN);
  const families = new Uint32Array(size);
  const columns = { rows: create(), keys: create(), created: create(), deprecated: create(), families };
  return {
    columns,
    set(doc, { row, key, created, deprecated, family }) {
      columns.rows[doc] = row;
      columns.keys[doc] = key;
      if (created !== null) columns.created[doc] = created;
      if (deprecated !== null) columns.deprecated[doc] = deprecated;
      families[doc] = family;
    },
  };
}

interface GrowingMet extends Met {
  readonly numbers: Numbers;
  readonly docs: Numbers;
}

function createMet(): GrowingMet {
  return { numbers: new Numbers(), docs: new Numbers() };
}

function meet({ numbers, docs }: GrowingMet, number: number, doc: number): void {
  numbers.push(number);
  docs.push(doc);
}

function createNumbering(): { readonly all: string[]; of(text: string): number } {
  const numbers = new Map<string, number>();
  const all: string[] = [];
  return {
    all,
    of(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, all.length);
      all.push(text);
      return all.length - 1;
    },
  };
}

/** More texts are all kept: looking at each pair of them would take long. */
const MOST_COMPARED = 64;

/**
 * Which texts are not part of a kept one. What stands in a part stands in the whole too, so that only kept ones tell whether a
 * document repeats a token. A text with flags that the whole has not must be the only such part of it.
 */
function keptTexts(texts: readonly IndexedText[]): boolean[] {
  const kept = texts.map(() => true);
  if (texts.length > MOST_COMPARED) return kept;
  const order = texts.map((_, at) => at).sort((a, b) => texts[b]!.text.length - texts[a]!.text.length || a - b);
  const hasOwn = new Set<number>();
  order.forEach((at, n) => {
    const { text, flags } = texts[at]!;
    for (const whole of order.slice(0, n)) {
      if (!kept[whole] || !isPartOf(text, texts[whole]!.text)) continue;
      const isCovered = covers(texts[whole]!.flags, flags);
      if (!isCovered && hasOwn.has(whole)) continue;
      if (!isCovered) hasOwn.add(whole);
      kept[at] = false;
      return;
    }
  });
  return kept;
}

/** Whether whatever mask finds a text with flags finds one with other flags. */
function covers(others: number, flags: number): boolean {
  if ((flags & ~3) !== 0 && (others & 4) === 0) return false;
  if ((flags & 1) !== 0) return (others & 1) !== 0;
  return (flags & 2) === 0 || (others & 3) !== 0;
}

/** Whether a text is part of another, beginning and ending there as it does by itself: not within a word or a separator. */
function isPartOf(text: string, whole: string): boolean {
  const at = whole.indexOf(text);
  if (at < 0 || text === "") return false;
  const end = at + text.length;
  const beginsWord = at > 0 && isWordAt(whole, at) && isWordAt(whole, at - 1);
  const goesOn = end < whole.length && isWordAt(whole, end) === isWordAt(whole, end - 1);
  return !beginsWord && !goesOn;
}
