import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIELD_BREAK, fold, withoutAccents, wordsOf } from "../src/fold.ts";
import { histories } from "./histories.ts";

describe("the fold of a text", () => {
  test.each([
    ["İstanbul", "istanbul"],
    ["ISTANBUL", "istanbul"],
    ["I\u0307stanbul", "istanbul"],
    ["ΣΥΣΤΗΜΑΣ", "συστημασ"],
    ["ΣΥΣ", "συσ"],
    ["Σας", "σασ"],
    ["ﬁle ２２．０４ ①", "file 22.04 1"],
    ["Cafe\u0301", "café"],
    ["サーバー ｻｰﾊﾞｰ", "サーバー サーバー"],
    ["“jammy image”", '"jammy image"'],
    ["„a“ «b» ‘c’ ‚d‛ ″e″ ′f′ ´g´ ＂h＂ 「i」", `"a" "b" 'c' 'd' "e" 'f' 'g' "h" 「i」`],
    ["ubuntu\u2011jammy\u201322.04\u2014arm64\u2212x\ufe63y\uff0dz", "ubuntu-jammy-22.04-arm64-x-y-z"],
    ["a\u00a0b\u2003c\u3000d\te\nf\u2028g\u0085h\u202fi", "a b c d e f g h i"],
    ["\u200bami-0ac\ufeff9392\u2060bb\u00ad24\u200ecdca10\u2066", "ami-0ac9392bb24cdca10"],
    ["a\u0000b\u001b[0m\u007f", "ab[0m"],
    ["👩\u200d💻 ❤\ufe0f", "👩💻 ❤"],
    ["\ud800x", "\ufffdx"],
    [`a${FIELD_BREAK}b`, "a\ufffdb"],
    ["", ""],
  ])("%j is %j", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test("is of a part of a text a part of the text's: cut between any two graphemes", () => {
    fc.assert(
      fc.property(tricky, fc.nat(), fc.nat(), (text, one, other) => {
        const graphemes = Array.from(new Intl.Segmenter("und").segment(text), ({ segment }) => segment);
        const [from, to] = [one % (graphemes.length + 1), other % (graphemes.length + 1)].toSorted((a, b) => a - b);

        const part = graphemes.slice(from, to).join("");

        expect(fold(text)).toContain(fold(part));
      }),
      histories(3_000),
    );
  });

  test("has no capital, no field break and nothing invisible", () => {
    fc.assert(
      fc.property(tricky, (text) => {
        // eslint-disable-next-line no-control-regex
        expect(fold(text)).not.toMatch(/[A-Z\uffff\u200b-\u200f\u00ad\ufeff\u0000-\u001f\u03c2]|^i\u0307/u);
      }),
      histories(1_000),
    );
  });
});

/** Characters that change with their neighbours, with their place, or beside each other. */
const CHARACTERS = [
  "aAiIıİsSσΣςßﬁ가각ㄱㅏㄴ각ｶﾞﾟﾡￂ “”„‘’–—−\t\u00a0",
  "\u0300\u0301\u0307\u0323\u0344\u3099\u093e\u094d\u0915\u0a3c\u09be\u09c7",
  "\u200b\u200c\u200d\u00ad\u2060\ufeff\ufe0f\u034f\u115f\u3164\uffa0\u0000\u061c\u180e",
  "👩💻🇩🇪🏽́é¨´ﬃ㎏ǆŉ",
].flatMap((text) => Array.from(text));

const tricky = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...CHARACTERS) }, fc.string({ unit: "binary", maxLength: 2 })),
    {
      maxLength: 12,
    },
  )
  .map((characters) => characters.join(""));

test.each([
  ["café", "cafe"],
  ["naïve", "naive"],
  ["straße łódź øre æon", "strasse lodz ore aeon"],
  ["γάτα", "γατα"],
  // Marks of any script may be left out.
  ["サーバー", "サーハー"],
  ["مُحَمَّد", "محمد"],
  ["서버", "서버"],
  ["ubuntu-22.04", "ubuntu-22.04"],
])("%s without accents is %s", (text, bare) => {
  expect(withoutAccents(fold(text))).toBe(bare);
});

test("words are runs of letters, digits and marks", () => {
  expect(wordsOf("jammy-22.04_x86")).toEqual(["jammy", "22", "04", "x86"]);
  expect(wordsOf("café サーバー")).toEqual(["café", "サーバー"]);
});
