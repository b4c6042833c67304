import { describe, expect, test } from "vitest";
import { visibleJson, visibleText } from "../src/visible-text.ts";
import { UNSEEN } from "./unseen-characters.ts";

describe("visible text", () => {
  test.each([
    ["plain ~name-1.0", "plain ~name-1.0"],
    ["Größe サーバー עברית", "Größe サーバー עברית"],
    ["x \u001b\u001b[0m]52;c;ZQ==\u0007", String.raw`x \x1b\x1b[0m]52;c;ZQ==\x07`],
    ["\u009b31m", String.raw`\x9b31m`],
    ["one\ntwo\r\tthree", String.raw`one\ntwo\r\tthree`],
    ["abc\u202egpj.exe", String.raw`abc\u202egpj.exe`],
    ["ubu\u200bntu", String.raw`ubu\u200bntu`],
    ["tag\u{e0041}", String.raw`tag\u{e0041}`],
    ["half \ud83d", String.raw`half \ud83d`],
    ["ami\ufe0f1\ufe0f", String.raw`ami\ufe0f1\ufe0f`],
    ["joined a\u200db", String.raw`joined a\u200db`],
  ])("of %j is %s", (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test.each(["👩‍💻", "❤️", "👩🏽‍❤️‍👩🏽", "1️⃣", "👍🏽", "🇩🇪"])("leaves the emoji %s as it is", (emoji) => {
    expect(visibleText(`a${emoji}b`)).toBe(`a${emoji}b`);
  });

  test("shows every unseen character, and which one it is", () => {
    const wrong = UNSEEN.filter((character) => {
      const shown = visibleText(`a${character}b`);
      const code = character.codePointAt(0)?.toString(16) ?? "?";
      return !/^a\\[\x20-\x7e]+b$/.test(shown) || !(/[\n\r\t]/.test(character) || shown.includes(code));
    });
    expect(wrong).toEqual([]);
  });

  test("keeps what is allowed", () => {
    expect(visibleText("one\n\u001btwo", "\n")).toBe("one\n\\x1btwo");
  });
});

describe("visible JSON", () => {
  test("is the same JSON, with nothing unseen but the line feeds between its tokens", () => {
    const value = { name: `${UNSEEN.join("")}👩‍💻 é`, lone: "\udc00" };

    const written = visibleJson(JSON.stringify(value, null, 2));

    expect(JSON.parse(written)).toEqual(value);
    expect(UNSEEN.filter((character) => character !== "\n" && written.includes(character))).toEqual([]);
  });
});
