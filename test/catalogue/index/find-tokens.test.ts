import { expect, test } from "vitest";
import { begunWith, exactWord, wordsWith } from "../../../src/catalogue/index/find-tokens.ts";
import type { Segment } from "../../../src/catalogue/index/segment.ts";
import { segmentOf } from "./segment-of.ts";

/** Words that begin alike, whose order in UTF-8 is not that of strings, and that lie on two pages. */
const WORDS = [
  ..."a ab abc abcdé abcdè b é 日本語 日本 ퟿".split(" "),
  ..."\u{fb00}x \u{ffda} \u{ff9e} \u{10400} \u{10400}a \u{1f130} \u{2f800} \u{20000}".split(" "),
  ...Array.from({ length: 2000 }, (_, n) => `w${(n * 7919) % 100_003}é`),
];

function segmentWith(words: readonly string[]): Segment {
  const texts = [{ text: words.join(" "), flags: 1 }];
  return segmentOf([{ row: 1, key: 1, created: null, deprecated: null, family: 0, texts, values: [] }]);
}

test("words are found by their bytes as a look at each string finds them", () => {
  const segment = segmentWith(WORDS);
  const all = Array.from({ length: segment.words.length }, (_, at) => segment.words.at(at));
  expect(all).toStrictEqual(all.toSorted((a, b) => (a < b ? -1 : Number(a > b))));
  for (const word of new Set(WORDS.slice(0, 100).flatMap((each) => [each, each.slice(0, 1), `${each}z`]))) {
    if (!word.isWellFormed() || word.length < 2) continue;
    const begun = all.flatMap((each, at) => (each.startsWith(word) ? [at] : []));
    const [from, to] = begunWith(segment.words, word);
    expect(begun, word).toStrictEqual(Array.from({ length: to - from }, (_, n) => from + n));
    expect(exactWord(segment, word) ?? -1, word).toBe(all.indexOf(word));
    const holding = all.flatMap((each, at) => (each.includes(word) ? [at] : []));
    expect(new Set(wordsWith(segment, word)), word).toStrictEqual(new Set(holding));
  }
});

test("two letters of any script are found, whatever they are counted as in grams", () => {
  const letters = Array.from({ length: 60 }, (_, n) => String.fromCodePoint(0x4e00 + n));
  const words = letters.flatMap((first) => letters.map((second) => `${first}${second}`));
  const segment = segmentWith([...words, "\u{10428}"]);
  for (const word of [...words, "\u{10428}"])
    expect(
      wordsWith(segment, word).map((at) => segment.words.at(at)),
      word,
    ).toContain(word);
});
