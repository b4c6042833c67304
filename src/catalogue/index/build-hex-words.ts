import type { IdNumbers } from "./collect-ids.ts";
import { type BuiltDictionary, dictionaryOf } from "./dictionary.ts";
import { type BuiltKeyedLists, group, groupKeyed, type Ungrouped } from "./group-lists.ts";
import { eachRun, firstRuns, isHexWord, LITERALS_END, MOST_RUNS, WORD_END } from "./hex-words.ts";
import { type BuiltLists, createListWriter, onlyDocument } from "./list-writer.ts";
import { Numbers, release } from "./numbers.ts";
import { LITERAL } from "./posting-lists.ts";

export interface BuiltHexWords {
  readonly hexRuns: BuiltKeyedLists;
  readonly hexTexts: BuiltDictionary;
  readonly idPrefixes: BuiltDictionary;
  readonly idPrefixLists: BuiltLists;
}

/** Words of digits that stand in one document alone, in the order of words. */
export interface LoneWords {
  readonly words: Uint32Array;
  readonly docs: Uint32Array;
  readonly flags: Uint8Array;
}

export function findLoneWords(words: readonly string[], wordLists: BuiltLists): LoneWords {
  const [found, docs, flags] = [new Numbers(), new Numbers(), new Numbers()];
  words.forEach((word, number) => {
    const only = isHexWord(word) ? onlyDocument(wordLists, number) : undefined;
    if (!only) return;
    found.push(number);
    docs.push(only.doc);
    flags.push(only.flags);
  });
  return { words: found.all(), docs: docs.all(), flags: Uint8Array.from(flags.all()) };
}

/** Lists the documents of each run of digits of their ids and lone words. */
export function buildHexWords(ids: IdNumbers, words: readonly string[], lone: LoneWords, size: number): BuiltHexWords {
  const byDoc = group({ ...lone, count: lone.docs.length, docs: lone.words, listOf: (at) => lone.docs[at]! }, size);
  const [runs, docs, flags] = [new Numbers(size * 16 + 64), new Numbers(size * 16 + 64), new Numbers(size * 16 + 64)];
  const addRun = (run: number, doc: number, flag: number): void => {
    runs.push(run);
    docs.push(doc);
    flags.push(flag);
  };
  const texts = Array.from({ length: size }, (_, doc) => {
    const number = ids.numbers[doc] ?? "";
    let [literals, others] = ["", ""];
    if (number !== "") {
      for (const run of firstRuns(number)) addRun(run, doc, LITERAL);
      eachRun(number, (run) => addRun(run, doc, LITERAL));
    }
    for (let at = byDoc.starts[doc]!; at < byDoc.ends[doc]!; at++) {
      const [word, flag] = [words[byDoc.docs[at]!]!, byDoc.flags[at]! & LITERAL];
      if (flag === 0) others += word + WORD_END;
      else literals += word + WORD_END;
      eachRun(word, (run) => addRun(run, doc, flag));
    }
    if (number + literals + others === "") return "";
    return number + WORD_END + literals + LITERALS_END + others;
  });
  const listOf = (at: number): number => runs.data[at]!;
  const hexRuns = listRuns({ count: runs.length, docs: docs.data, flags: Uint8Array.from(flags.all()), listOf }, size);
  release(runs.data, docs.data, flags.data);
  return { hexRuns, hexTexts: dictionaryOf(texts), ...listPrefixes(ids, size) };
}

function listRuns(from: Ungrouped, size: number): BuiltKeyedLists {
  // Counting takes a step for each run that there could be.
  if (from.count < MOST_RUNS) return groupKeyed(from, size, 1);
  const { starts, ends, docs, flags } = group(from, MOST_RUNS);
  const writer = createListWriter(size, 1);
  const keys = new Numbers();
  for (let run = 0; run < MOST_RUNS; run++) {
    if (starts[run] === ends[run]) continue;
    keys.push(run);
    writer.add(docs, flags, starts[run]!, ends[run]!);
  }
  release(docs, flags);
  return { keys: keys.all().slice(), lists: writer.done() };
}

function listPrefixes(
  { prefixes, prefixOf }: IdNumbers,
  size: number,
): Pick<BuiltHexWords, "idPrefixes" | "idPrefixLists"> {
  const writer = createListWriter(size, 0);
  const docs = new Uint32Array(size);
  const flags = new Uint8Array(size);
  prefixes.forEach((_, prefix) => {
    let count = 0;
    for (let doc = 0; doc < size; doc++) if (prefixOf[doc] === prefix + 1) docs[count++] = doc;
    writer.add(docs, flags, 0, count);
  });
  return { idPrefixes: dictionaryOf(prefixes), idPrefixLists: writer.done() };
}
