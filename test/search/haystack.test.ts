import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allWordsOf,
  createWordCutter,
  type FamilyDocument,
  GrowingDocument,
} from "../../src/search/families/family-document.ts";
import { createHaystack } from "../../src/search/families/haystack.ts";
import { fold } from "../../src/fold.ts";

const text = fc.string({
  unit: fc.constantFrom("a", "b", "A", "-", " ", "\n", "é", "e\u0301", "\u0301", "İ", "ﬁ", "\u200b", "ß"),
});
const build = fc.record({ name: text, publisher: text, about: text });

function documentOf(id: number, texts: { name: string; publisher: string; about: string }): FamilyDocument {
  return {
    id,
    build: { familyId: id, ownerId: "1", createdAt: "", ...texts },
    words: { name: [], publisher: [], about: [] },
    traits: { variants: [], lengths: { name: 0, publisher: 0, about: 0 } },
    sources: new Map(),
  };
}

describe("a haystack", () => {
  test("misses no document with a word in one of its texts, and tells each once", () => {
    fc.assert(
      fc.property(fc.array(fc.array(build)), text.map(fold), (rounds, letters) => {
        fc.pre(letters !== "" && !letters.includes(" "));
        const haystack = createHaystack();
        const all: FamilyDocument[] = [];
        for (const builds of rounds) {
          for (const each of builds) {
            const document = documentOf(all.length, each);
            all.push(document);
            haystack.add(document);
            haystack.add(document);
          }
          const found = haystack.holdingAll([letters]);
          const expected = all.filter(({ build: { name, publisher, about } }) =>
            [name, publisher, about].some((part) => fold(part).includes(letters)),
          );
          expect(found).toEqual([...new Set(found)]);
          for (const document of expected) expect(found).toContain(document);
          for (const { build: each } of found)
            expect(fold(`${each.name} ${each.publisher} ${each.about}`)).toContain(letters);
        }
      }),
      { seed: 7 },
    );
  });

  test("counts the words that fit as often as documents have them", () => {
    const word = fc.constantFrom("a", "ab", "b", "ba", "a1", "123456", "é", "aé", "ﬁ");
    const sentence = fc
      .array(fc.tuple(word, fc.constantFrom(" ", "-", "/", "", "\u0301")), { maxLength: 5 })
      .map((all) => all.flat().join(""));
    const texts = fc.record({ name: sentence, publisher: sentence, about: sentence });
    fc.assert(
      fc.property(fc.array(texts), word.map(fold), fc.boolean(), (builds, sought, isPrefix) => {
        const haystack = createHaystack();
        const cut = createWordCutter();
        const documents = builds.map(
          (each, id) => new GrowingDocument(id, { familyId: id, ownerId: "1", createdAt: "", ...each }, cut),
        );
        for (const document of documents) haystack.add(document);
        const expected = documents.flatMap((document) =>
          allWordsOf(document)
            .filter((known) => known === sought || (isPrefix && known.startsWith(sought)))
            .map(() => document.id),
        );
        expect([...haystack.fitting(sought, isPrefix)].map(({ id }) => id)).toEqual(expected);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test("tells which documents have all of some words", () => {
    const haystack = createHaystack();
    const documents = ["ubuntu jammy", "ubuntu noble", "debian jammy"].map((name, id) =>
      documentOf(id, { name, publisher: "", about: "" }),
    );
    for (const document of documents) haystack.add(document);
    expect(haystack.holdingAll(["jammy", "ub"])).toEqual([documents[0]]);
    expect(haystack.holdingAll(["jammy"])).toEqual([documents[0], documents[2]]);
    expect(haystack.holdingAll([])).toEqual([]);
    haystack.clear();
    expect(haystack.holdingAll(["jammy"])).toEqual([]);
  });
});
