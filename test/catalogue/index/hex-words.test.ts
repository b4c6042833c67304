import fc from "fast-check";
import { expect, test } from "vitest";
import { bitsOf } from "../../../src/catalogue/index/bits.ts";
import { findText } from "../../../src/catalogue/index/find-word.ts";
import type { IndexedImage } from "../../../src/catalogue/index/indexed-image.ts";
import { ANYWHERE, LITERAL, NAME, OTHER } from "../../../src/catalogue/index/posting-lists.ts";
import { histories } from "../../histories.ts";
import { hexId, pieceOf } from "./random-texts.ts";
import { segmentOf } from "./segment-of.ts";

/** Words whose runs of four digits are mostly alike. */
const hexWord = fc
  .array(fc.constantFrom("0000", "000a", "00a0", "a"), { minLength: 2, maxLength: 5 })
  .map((runs) => runs.join(""));

/** Images with ids of numbers and words of a small pool: some stand in one image alone, others in several, or twice in one. */
const images: fc.Arbitrary<IndexedImage[]> = fc.array(hexWord, { minLength: 1, maxLength: 12 }).chain((pool) => {
  const text = fc.array(fc.constantFrom(...pool, "ubuntu"), { maxLength: 3 }).map((words) => words.join("-"));
  return fc.array(
    fc.tuple(hexId, text, text).map(([id, name, description]) => ({
      row: 1,
      key: 1,
      created: null,
      deprecated: null,
      family: 0,
      values: [],
      texts: [
        { text: id, flags: LITERAL },
        { text: name, flags: NAME | LITERAL },
        { text: description, flags: OTHER },
      ],
    })),
    { minLength: 1, maxLength: 20 },
  );
});

function naive(all: readonly IndexedImage[], text: string, mask: number): number[] {
  return all.flatMap(({ texts }, doc) =>
    texts.some((each) => (mask === ANYWHERE || (each.flags & mask) !== 0) && each.text.includes(text)) ? [doc] : [],
  );
}

test("ids and words of digits are found by any piece of them, in the texts that are asked for", () => {
  const cases = images.chain((all) => {
    const texts = all.flatMap(({ texts: each }) => each.map(({ text }) => text)).filter((text) => text !== "");
    return fc.tuple(fc.constant(all), fc.array(fc.oneof(pieceOf(texts), hexWord), { minLength: 30, maxLength: 30 }));
  });
  fc.assert(
    fc.property(cases, ([all, sought]) => {
      const segment = segmentOf(all);
      for (const text of sought)
        for (const mask of [ANYWHERE, LITERAL])
          expect([...bitsOf(findText(segment, text, mask))], JSON.stringify({ text, mask })).toEqual(
            naive(all, text, mask),
          );
    }),
    histories(150),
  );
});
