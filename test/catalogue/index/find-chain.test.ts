import fc from "fast-check";
import { expect, test } from "vitest";
import { bitsOf } from "../../../src/catalogue/index/bits.ts";
import { findText } from "../../../src/catalogue/index/find-word.ts";
import type { IndexedImage } from "../../../src/catalogue/index/indexed-image.ts";
import { ANYWHERE, LITERAL, NAME, OTHER } from "../../../src/catalogue/index/posting-lists.ts";
import { histories } from "../../histories.ts";
import { segmentOf } from "./segment-of.ts";

/** Few words and separators, so that most stand in a text again and again, and go on in different ways. */
const token = fc
  .tuple(fc.constantFrom("a", "b", "ab", "c"), fc.constantFrom("-", "-", "/"))
  .map((both) => both.join(""));
const text = fc.array(token, { minLength: 2, maxLength: 7 }).map((tokens) => tokens.join(""));
const imageTexts = fc.tuple(text, text).map(([name, description]) => [
  { text: name, flags: NAME | LITERAL },
  { text: description, flags: OTHER },
]);

test("finds chains of words that stand in a document more than once, however each of them goes on", () => {
  fc.assert(
    fc.property(
      fc.array(imageTexts, { minLength: 100, maxLength: 150 }),
      fc.array(fc.array(token, { minLength: 3, maxLength: 5 }), { minLength: 10, maxLength: 10 }),
      (all, chains) => {
        const images = all.map((texts, row): IndexedImage => ({
          row,
          key: -row,
          created: null,
          deprecated: null,
          family: 0,
          texts,
          values: [],
        }));
        const segment = segmentOf(images);
        // Cut at both ends, as typed terms are.
        for (const sought of chains.flatMap((chain) => [chain.join(""), chain.join("").slice(1, -1)]))
          for (const mask of [ANYWHERE, LITERAL]) {
            const found = [...bitsOf(findText(segment, sought, mask))];
            const holders = all.flatMap((texts, doc) =>
              texts.some(
                ({ text: each, flags }) => (mask === ANYWHERE || (flags & mask) !== 0) && each.includes(sought),
              )
                ? [doc]
                : [],
            );
            expect(found, JSON.stringify({ sought, mask })).toEqual(holders);
          }
      },
    ),
    histories(40),
  );
});
