import { type BuiltLists, createListWriter } from "./list-writer.ts";
import { type Met, orderOf, release } from "./numbers.ts";
import type { FlagBits } from "./posting-lists.ts";
import { createNumberNumbers } from "./text-numbers.ts";

/** Documents to be put into lists: the n-th goes to list `listOf(n)`, or NOWHERE. Those of a list are ascending. */
export interface Ungrouped {
  readonly count: number;
  readonly docs: Uint32Array;
  /** Of each: see posting-lists.ts. */
  readonly flags: Uint8Array;
  /** Always the same for the same one. */
  listOf(at: number): number;
}

/** Stands for no list. */
export const NOWHERE = -1;

/** Makes `lists` lists. A document that is in one several times has the flags of all of them. */
export function groupLists(from: Ungrouped, lists: number, size: number, flagBits: FlagBits): BuiltLists {
  const { starts, ends, docs, flags } = group(from, lists);
  const writer = createListWriter(size, flagBits);
  for (let list = 0; list < lists; list++) writer.add(docs, flags, starts[list]!, ends[list]!);
  release(docs, flags);
  return writer.done();
}

/** Counting sort: of each list, where its documents are. */
export function group(
  { count, docs, flags, listOf }: Ungrouped,
  lists: number,
): { starts: Uint32Array; ends: Uint32Array; docs: Uint32Array; flags: Uint8Array } {
  const starts = new Uint32Array(lists + 1);
  for (let at = 0; at < count; at++) {
    const list = listOf(at);
    if (list !== NOWHERE) starts[list + 1]!++;
  }
  for (let list = 0; list < lists; list++) starts[list + 1]! += starts[list]!;
  const ends = starts.slice();
  const grouped = starts[lists]!;
  const [sorted, sortedFlags] = [new Uint32Array(grouped), new Uint8Array(grouped)];
  for (let at = 0; at < count; at++) {
    const [list, doc] = [listOf(at), docs[at]!];
    if (list === NOWHERE) continue;
    const to = ends[list]!;
    if (to > starts[list]! && sorted[to - 1] === doc) {
      sortedFlags[to - 1]! |= flags[at]!;
      continue;
    }
    sorted[to] = doc;
    sortedFlags[to] = flags[at]!;
    ends[list] = to + 1;
  }
  return { starts, ends, docs: sorted, flags: sortedFlags };
}

/** Lists of the numbers that were met, after `rank` has put them into their order. */
export function groupMet(
  { numbers, docs }: Met,
  { rank, lists, size }: { rank: Uint32Array; lists: number; size: number },
): BuiltLists {
  const count = numbers.length;
  return groupLists(
    { count, docs: docs.data, flags: new Uint8Array(count), listOf: (at) => rank[numbers.data[at]!]! },
    lists,
    size,
    0,
  );
}

/** Lists by keys, of which only those are kept that have any. */
export interface BuiltKeyedLists {
  readonly keys: Uint32Array;
  readonly lists: BuiltLists;
}

/** The same for numbers that are few among all that there could be. */
export function groupKeyed(from: Ungrouped, size: number, flagBits: FlagBits): BuiltKeyedLists {
  const { count, listOf } = from;
  const keys = createNumberNumbers();
  const met = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const key = listOf(at);
    met[at] = key === NOWHERE ? NOWHERE : keys.of(key);
  }
  const found = keys.all();
  const order = orderOf(found);
  const rank = new Uint32Array(order.length);
  order.forEach((key, place) => (rank[key] = place));
  const sorted = Uint32Array.from(order, (key) => found[key]!);
  const rankOf = (at: number): number => (met[at] === NOWHERE ? NOWHERE : rank[met[at]!]!);
  const lists = groupLists({ ...from, listOf: rankOf }, sorted.length, size, flagBits);
  release(met);
  return { keys: sorted, lists };
}

/** Where each of some distinct texts or numbers is when they are sorted. */
export function ranksOf<T extends string | number>(all: readonly T[], sorted: readonly T[]): Uint32Array {
  const at = new Map(sorted.map((each, n) => [each, n]));
  return Uint32Array.from(all, (each) => at.get(each) ?? 0);
}
