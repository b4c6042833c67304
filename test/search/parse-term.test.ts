import { describe, expect, test } from "vitest";
import { fold } from "../../src/fold.ts";
import { hasWord, literalTerm, parseTerm } from "../../src/search/term/parse-term.ts";
import { imageIdIn } from "../../src/search/term/tidy-word.ts";

function textsOf(term: string): string[] {
  return parseTerm(term).words.map(({ text }) => text);
}

function finds(term: string, text: string): boolean {
  return parseTerm(term).words.every((word) => hasWord(fold(text), word));
}

describe("a term", () => {
  test.each([
    ["ubuntu  jammy\tarm64", ["ubuntu", "jammy", "arm64"]],
    ['"windows server" 2022', ["windows server", "2022"]],
    ["“jammy image” arm64", ["jammy image", "arm64"]],
    ["«jammy image»", ["jammy image"]],
    ['ubuntu "jammy im', ["ubuntu", "jammy im"]],
    ['"', []],
    ['"" ubuntu', ["ubuntu"]],
    ['a"b c', ['a"b', "c"]],
    ["ubuntu\u201122.04 \u200bami-1", ["ubuntu-22.04", "ami-1"]],
    ["ubuntu UBUNTU", ["ubuntu"]],
    ["\u200b", []],
  ])("%j is cut into %j", (term, words) => {
    expect(textsOf(term)).toEqual(words);
  });

  test.each([
    ["jammy-22.04-*-server-*", "ubuntu-jammy-22.04-arm64-server-20260101", true],
    ["*jammy*server", "ubuntu-jammy-22.04-arm64-server-20260101", true],
    ["server-*jammy", "ubuntu-jammy-22.04-arm64-server-20260101", false],
    ["ab*bc", "abc", false],
    ["ab*bc", "ab-bc", true],
    ["a**b", "ab", true],
    ["a*b", "a*b", true],
    ["*", "anything", true],
    ['"a*b"', "a-b", false],
    ['"a*b"', "xa*by", true],
    ["amd6?", "amd64", false],
    ["UBUNTU/*-SERVER-*", "ubuntu/images/jammy-server-1", true],
  ])("%s finds %s: %s", (term, text, found) => {
    expect(finds(term, text)).toBe(found);
  });

  test("with a star and the same in quotes are two words", () => {
    expect(parseTerm('a*b "a*b"').words).toHaveLength(2);
    expect(literalTerm(parseTerm("a*b")).words[0]?.pieces).toBeUndefined();
  });

  test.each([
    ["arn:aws:ec2:us-east-1::image/ami-0ac9392bb24cdca10", "ami-0ac9392bb24cdca10"],
    ["arn:aws-cn:ec2:cn-north-1:123456789012:image/ami-82e4b5c7", "ami-82e4b5c7"],
    ["projects/debian-cloud/global/images/debian-12-bookworm-v20260713", "debian-12-bookworm-v20260713"],
    ["projects/debian-cloud/global/images/family/debian-12", "debian-12"],
    ["/subscriptions/0/resourcegroups/g/providers/microsoft.compute/images/golden", "golden"],
    [
      "/subscriptions/0/providers/microsoft.compute/locations/westeurope/publishers/canonical/artifacttypes/vmimage/offers/ubuntu-24_04-lts/skus/server/versions/24.04.202607150",
      "canonical:ubuntu-24_04-lts:server:24.04.202607150",
    ],
    ["ami-0ac9392bb24cdca10", undefined],
    ["ubuntu/images/hvm-ssd", undefined],
    ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260101", undefined],
    ["ami-123", undefined],
    ["", undefined],
  ])("%s ends in the id %s", (word, id) => {
    expect(imageIdIn(word)).toBe(id);
  });

  test("that names an image by its tail finds it as written, or by the id", () => {
    const arn = "arn:aws:ec2:us-east-1::image/ami-0ac9392bb24cdca10";

    expect(finds(arn, "ami-0ac9392bb24cdca10")).toBe(true);
    expect(finds(arn, `copied from ${arn.toUpperCase()}`)).toBe(true);
    expect(finds(arn, "ami-0ac9392bb24cdca11")).toBe(false);
    expect(finds(`"${arn}"`, "ami-0ac9392bb24cdca10")).toBe(false);
  });
});
