import fc from "fast-check";
import { fold } from "../../../src/fold.ts";

/*
 * Texts that are hard to index: few characters, so that everything is found in many ways; scripts without spaces, marks, characters
 * of two code units, many separators.
 */
const ALPHABETS = [
  "ab1-",
  "ab-/. ",
  "22.04-j",
  "aé-ß日本 ",
  "x_86 64-",
  "0é́İ-_ 😀",
  "a-_./:+,;",
  "日本語サーバ𠮷",
  "ab",
  "a-",
  "a--",
  "0aF",
  "0af-",
];

/** A folded text of some characters. */
export const hardText: fc.Arbitrary<string> = fc
  .constantFrom(...ALPHABETS)
  .chain((alphabet) => fc.array(fc.constantFrom(...Array.from(alphabet)), { minLength: 1, maxLength: 14 }))
  .map((characters) => fold(characters.join("")));

/** An id of some hexadecimal digits, whose beginnings and runs of digits repeat. */
export const hexId: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("ami-", "a-", "cafe-", "snap-", "i2-"),
    fc.array(fc.constantFrom("0", "0", "a", "a", "f", "9"), { minLength: 7, maxLength: 33 }),
  )
  .map(([prefix, digits]) => prefix + digits.join(""));

/** A piece of one of these texts, cut between characters. */
export function pieceOf(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...texts),
      fc.nat(60),
      fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 })),
    )
    .map(([text, at, length]) => {
      const characters = Array.from(text);
      return characters.slice(at % characters.length, (at % characters.length) + length).join("");
    });
}
