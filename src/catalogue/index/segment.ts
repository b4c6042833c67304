import type { BuiltSegment } from "./build-segment.ts";
import type { BuiltDictionary } from "./dictionary.ts";
import type { BuiltKeyedLists } from "./group-lists.ts";
import type { BuiltLists } from "./list-writer.ts";
import {
  DoubleArray,
  NARROW_MASK,
  NARROW_SHIFT,
  NarrowArray,
  PAGE_BYTES,
  type PageCache,
  type ReadPage,
  WideArray,
} from "./paged-array.ts";
import { type FlagBits, type KeyedLists, pairBlock, type PostingLists } from "./posting-lists.ts";

/** Texts by their numbers; ascending where they are words, separators or values. */
export interface Dictionary {
  readonly length: number;
  readonly text: NarrowArray;
  readonly starts: WideArray;
  at(index: number): string;
}

/**
 * What is known of some images of a source, once for all: it never changes. Its documents are the images in the order of answers,
 * document 0 the best. Read page by page.
 */
export interface Segment {
  readonly size: number;
  /** Of each document: its row in `images`. */
  readonly rows: DoubleArray;
  /** Of each document: see orderKey and retiredKey. */
  readonly keys: DoubleArray;
  /** The documents, in the order of their rows. */
  readonly docsByRow: WideArray;
  /** Milliseconds; NaN where there is no such time. */
  readonly created: DoubleArray;
  readonly deprecated: DoubleArray;
  /** The ids of their families; 0: none. */
  readonly families: WideArray;

  /** Runs of letters, digits and marks. */
  readonly words: Dictionary;
  /** The words that are not of ASCII alone. */
  readonly wordsBeyondAscii: WideArray;
  readonly wordLists: PostingLists;
  /** Of each word, its first token; and the end. A token is a word and the separator after it; they are sorted by word. */
  readonly firstTokens: WideArray;
  readonly wordOfToken: WideArray;
  readonly separatorOfToken: WideArray;
  /** What stands between words. */
  readonly separators: Dictionary;
  readonly separatorLists: PostingLists;

  /** Of each token, its first pair; and the end. A pair is two tokens next to each other in a text. */
  readonly firstPairs: WideArray;
  /** Of each pair: 0 at the end of a text, otherwise one more than the second token. */
  readonly seconds: WideArray;
  readonly pairLists: PostingLists;
  /** The same pairs by their second token: where those of each begin, which they are, and their first tokens. */
  readonly secondStarts: WideArray;
  readonly bySecond: WideArray;
  readonly firstBefore: WideArray;
  /** Documents by separator and the letters on its sides; see jointOf. None where there are too many separators. */
  readonly joints: KeyedLists;

  /** Documents that hold a token, or a word, twice; and the tokens of each of them in order. */
  readonly tokenRepeats: KeyedLists;
  readonly wordRepeats: KeyedLists;
  readonly sequenceStarts: WideArray;
  readonly sequenceBytes: NarrowArray;

  /** Documents by four digits in a row of their ids and lone words; see hex-words.ts. */
  readonly hexRuns: KeyedLists;
  /** Of each document: the number in its id, and its lone words; see WORD_END. */
  readonly hexTexts: Dictionary;
  /** What stands before the numbers in ids, and the documents that have it. */
  readonly idPrefixes: Dictionary;
  readonly idPrefixLists: PostingLists;

  /** The words that have three letters in a row; see LONE_ENDS. */
  readonly gramKeys: WideArray;
  readonly gramStarts: WideArray;
  readonly gramBytes: NarrowArray;
  /** Documents with one of the commonest pairs of letters. */
  readonly commonPairs: WideArray;
  readonly commonLists: PostingLists;
  /** Documents by each UTF-16 unit of their texts. */
  readonly units: KeyedLists;

  /** See valueOf. */
  readonly values: Dictionary;
  readonly valueLists: PostingLists;
}

/**
 * How the pages of a part are stored: as they are, since they are read all over, and unpacking would cost more than all else;
 * packed; or packed as what each number (of 32 bits) is more or less than the one before, which takes a tenth.
 */
export type PartKind = "plain" | "packed" | "steps";

export interface SegmentPart {
  readonly kind: PartKind;
  readonly data: Uint8Array | Uint32Array | Float64Array;
}

const plain = (data: SegmentPart["data"]): SegmentPart => ({ kind: "plain", data });
const packed = (data: SegmentPart["data"]): SegmentPart => ({ kind: "packed", data });
const steps = (data: Uint32Array): SegmentPart => ({ kind: "steps", data });

/** The parts of a segment, in the order, and of the kinds, in which `openSegment` takes them. */
export function partsOf(built: BuiltSegment): SegmentPart[] {
  const dictionary = ({ text, starts }: BuiltDictionary, pack = packed): SegmentPart[] => [pack(text), steps(starts)];
  const lists = ({ starts, bytes, denseIds, bitmaps, unions }: BuiltLists, pack = packed): SegmentPart[] => [
    steps(starts),
    pack(bytes),
    steps(denseIds),
    packed(bitmaps),
    packed(unions),
  ];
  const keyed = (of: BuiltKeyedLists): SegmentPart[] => [steps(of.keys), ...lists(of.lists)];
  return [
    plain(built.rows),
    packed(built.keys),
    plain(built.docsByRow),
    packed(built.created),
    packed(built.deprecated),
    steps(built.families),
    ...dictionary(built.words, plain),
    steps(built.wordsBeyondAscii),
    ...lists(built.wordLists, plain),
    steps(built.firstTokens),
    steps(built.wordOfToken),
    steps(built.separatorOfToken),
    ...dictionary(built.separators),
    ...lists(built.separatorLists),
    steps(built.firstPairs),
    steps(built.seconds),
    ...lists(built.pairLists, plain),
    steps(built.secondStarts),
    steps(built.bySecond),
    steps(built.firstBefore),
    ...keyed(built.joints),
    ...keyed(built.tokenRepeats),
    ...keyed(built.wordRepeats),
    steps(built.sequenceStarts),
    packed(built.sequenceBytes),
    ...keyed(built.hexRuns),
    ...dictionary(built.hexTexts),
    ...dictionary(built.idPrefixes),
    ...lists(built.idPrefixLists),
    steps(built.gramKeys),
    steps(built.gramStarts),
    packed(built.gramBytes),
    steps(built.commonPairs),
    ...lists(built.commonLists),
    ...keyed(built.units),
    ...dictionary(built.values),
    ...lists(built.valueLists),
  ];
}

/** Opens a segment of `size` documents. `bytes`: the length of each part; `readPart` reads pages of one. */
export function openSegment(
  size: number,
  bytes: readonly number[],
  readPart: (part: number, kind: PartKind) => ReadPage,
  cache: PageCache,
): Segment {
  let part = 0;
  const narrow = (kind: PartKind): NarrowArray => new NarrowArray(bytes[part] ?? 0, readPart(part++, kind), cache);
  const wide = (kind: PartKind = "steps"): WideArray =>
    new WideArray((bytes[part] ?? 0) / 4, readPart(part++, kind), cache);
  const double = (kind: PartKind): DoubleArray => new DoubleArray(wide(kind));
  const dictionary = (kind: PartKind = "packed"): Dictionary => openDictionary(narrow(kind), wide());
  const lists = (flagBits: FlagBits, kind: PartKind = "packed", block = 0): PostingLists => {
    const [starts, listBytes, denseIds] = [wide(), narrow(kind), wide()];
    const [bitmaps, unions] = [wide("packed"), wide("packed")];
    return { flagBits, starts, bytes: listBytes, denseIds, bitmaps, block, unions };
  };
  const keyed = (flagBits: FlagBits): KeyedLists => ({ keys: wide(), lists: lists(flagBits) });
  // In the order of partsOf: members are worked out one after the other.
  return {
    size,
    rows: double("plain"),
    keys: double("packed"),
    docsByRow: wide("plain"),
    created: double("packed"),
    deprecated: double("packed"),
    families: wide(),
    words: dictionary("plain"),
    wordsBeyondAscii: wide(),
    wordLists: lists(3, "plain"),
    firstTokens: wide(),
    wordOfToken: wide(),
    separatorOfToken: wide(),
    separators: dictionary(),
    separatorLists: lists(1),
    firstPairs: wide(),
    seconds: wide(),
    pairLists: lists(3, "plain", pairBlock(size)),
    secondStarts: wide(),
    bySecond: wide(),
    firstBefore: wide(),
    joints: keyed(1),
    tokenRepeats: keyed(0),
    wordRepeats: keyed(0),
    sequenceStarts: wide(),
    sequenceBytes: narrow("packed"),
    hexRuns: keyed(1),
    hexTexts: dictionary(),
    idPrefixes: dictionary(),
    idPrefixLists: lists(0),
    gramKeys: wide(),
    gramStarts: wide(),
    gramBytes: narrow("packed"),
    commonPairs: wide(),
    commonLists: lists(1),
    units: keyed(1),
    values: dictionary(),
    valueLists: lists(0),
  };
}

function openDictionary(text: NarrowArray, starts: WideArray): Dictionary {
  return {
    length: starts.length - 1,
    text,
    starts,
    at: (index) => readText(text, starts.at(index), starts.at(index + 1)),
  };
}

function readText(array: NarrowArray, from: number, to: number): string {
  const pieces: Buffer[] = [];
  for (let page = from >>> NARROW_SHIFT; page << NARROW_SHIFT < to; page++) {
    const { buffer, byteOffset } = array.page(page);
    const base = page << NARROW_SHIFT;
    const start = from > base ? from & NARROW_MASK : 0;
    pieces.push(Buffer.from(buffer, byteOffset + start, Math.min(PAGE_BYTES, to - base) - start));
  }
  // A character may lie on two pages.
  return (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString("utf8");
}
