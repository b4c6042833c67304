import fc from "fast-check";
import { expect, test } from "vitest";
import { bitsOf } from "../../../src/catalogue/index/bits.ts";
import { findText, findWord } from "../../../src/catalogue/index/find-word.ts";
import type { IndexedImage, IndexedText } from "../../../src/catalogue/index/indexed-image.ts";
import { ANYWHERE, LITERAL, NAME, OTHER } from "../../../src/catalogue/index/posting-lists.ts";
import type { Segment } from "../../../src/catalogue/index/segment.ts";
import { kindOf } from "../../../src/search/term/fit.ts";
import { wordsOf } from "../../../src/fold.ts";
import { histories } from "../../histories.ts";
import { hardText, hexId, pieceOf } from "./random-texts.ts";
import { segmentOf } from "./segment-of.ts";

const FLAGS = [LITERAL, NAME | LITERAL, NAME, OTHER, OTHER, OTHER];

/** Some texts are parts of others, which the index makes use of. */
const imageTexts: fc.Arbitrary<IndexedText[]> = fc
  .tuple(
    fc.option(hexId),
    fc.array(fc.tuple(hardText, fc.constantFrom("own", "own", "after", "around", "part")), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([id, texts]) => (id === null ? texts : [[id, "own"] as const, ...texts]))
  .map((texts) =>
    texts.map(([text, kind], at) => ({
      text: nest(
        kind,
        text,
        texts.map(([each]) => each),
      ),
      flags: FLAGS[at] ?? OTHER,
    })),
  );

function nest(kind: string, text: string, [first = "", second = ""]: readonly string[]): string {
  if (kind === "after") return `${second} ${text}`;
  if (kind === "around") return `${first}${text}${second}`;
  return kind === "part"
    ? Array.from(first + second)
        .slice(0, 5)
        .join("")
    : text;
}

function imageOf(texts: readonly IndexedText[], row: number): IndexedImage {
  return { row, key: -row, created: null, deprecated: null, family: 0, texts, values: [] };
}

function naive(images: readonly IndexedImage[], text: string, mask: number): number[] {
  return images.flatMap(({ texts }, doc) =>
    texts.some((each) => (mask === ANYWHERE || (each.flags & mask) !== 0) && each.text.includes(text)) ? [doc] : [],
  );
}

/** The classes that are told without regard to facts. */
const CLASSES = [0, 1, 3, 4];

/** The class of fit of a single word, from the index. */
function fitFrom(segment: Segment, text: string, doc: number): number {
  const { fits } = findWord(segment, text, ANYWHERE);
  if (!fits) return 0;
  const at = fits.findIndex((fit) => {
    const { bits, holds } = fit();
    return [...bitsOf(bits)].includes(doc) && holds(doc);
  });
  return at < 0 ? 6 : CLASSES[at]!;
}

function naiveFit({ texts }: IndexedImage, text: string): number {
  const gaps = (flag: number): (string | null)[] =>
    texts.flatMap((each) => ((each.flags & flag) === 0 ? [] : [null, ...wordsOf(each.text)]));
  const term = {
    whole: text,
    words: [{ text, runs: [wordsOf(text)].filter(({ length }) => length > 0) }],
    versions: [],
  };
  const fields = { id: "", name: "", all: [], nameWords: gaps(NAME), otherWords: gaps(OTHER) };
  return kindOf({ ...fields, facts: { texts: [], joined: "", words: [] }, isKnown: false }, term);
}

test("finds each text where it stands, under any mask, and tells how well it fits", () => {
  const cases = fc.array(imageTexts, { minLength: 1, maxLength: 90 }).chain((all) =>
    fc.tuple(
      fc.constant(all.map(imageOf)),
      fc.array(fc.oneof({ weight: 4, arbitrary: pieceOf(all.flat().map(({ text }) => text)) }, hardText), {
        minLength: 20,
        maxLength: 20,
      }),
    ),
  );
  fc.assert(
    fc.property(cases, fc.constantFrom(0, 40_000, 1e6), ([images, sought], cacheBytes) => {
      const segment = segmentOf(images, cacheBytes);
      for (const text of sought) {
        for (const mask of [ANYWHERE, LITERAL]) {
          const found = [...bitsOf(findText(segment, text, mask))];
          expect(found, JSON.stringify({ text, mask })).toEqual(naive(images, text, mask));
        }
        for (const doc of naive(images, text, ANYWHERE).slice(0, 5))
          expect(fitFrom(segment, text, doc), JSON.stringify({ text, image: images[doc] })).toBe(
            naiveFit(images[doc]!, text),
          );
      }
    }),
    histories(120),
  );
});
