import { spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { layOut } from "../../src/cli/lay-out.ts";
import { createWorkplace } from "./run-imagedex.ts";
import { PROGRAM } from "../program.ts";

const COLUMNS = [{ heading: "NAME" }, { heading: "IMAGES", isNumber: true }, { heading: "STATE", isState: true }];

describe("a table", () => {
  const plain = (rows: readonly string[][], width = 80): string[] =>
    layOut(COLUMNS, rows, width).map((line) => stripVTControlCharacters(line));

  test("is aligned, numbers at their ends, characters of double width counted as two", () => {
    expect(
      plain([
        ["ubuntu", "7", "complete"],
        ["サーバー", "1234567", "failed"],
      ]),
    ).toEqual(["NAME       IMAGES  STATE", "ubuntu          7  complete", "サーバー  1234567  failed"]);
  });

  test("is cut at its widest column to fit the terminal, never in the middle of a character", () => {
    const lines = plain(
      [
        ["a".repeat(100), "1", "complete"],
        ["👩‍💻".repeat(40), "2", "complete"],
      ],
      50,
    );
    expect(lines.slice(1)).toEqual([`${"a".repeat(31)}…       1  complete`, `${"👩‍💻".repeat(15)}…        2  complete`]);
  });

  test("breaks the sentences of its last column at blanks, in place of cutting them", () => {
    const columns = [{ heading: "LEVEL" }, { heading: "WHAT", isWrapped: true }];
    const rows = [
      ["error", "takes the newest image of a name; name the owners"],
      ["ok", "jammy"],
    ];

    expect(layOut(columns, rows, 30).map((line) => stripVTControlCharacters(line))).toEqual([
      "LEVEL  WHAT",
      "error  takes the newest image",
      "       of a name; name the",
      "       owners",
      "ok     jammy",
    ]);
  });

  test("keeps ids whole, cuts names inside, and leaves out columns where the terminal is too narrow", () => {
    const columns = [
      { heading: "ID", isWhole: true },
      { heading: "NAME", isCutInside: true, minWidth: 20 },
      { heading: "CREATED", isWhole: true, yields: 1 },
      { heading: "REGION", yields: 2 },
    ];
    const row = ["ami-0ac9392bb24cdca10", "ubuntu/images/hvm-ssd/jammy-22.04-20260811", "2026-08-11", "eu-west-1"];
    const at = (width: number): string[] =>
      layOut(columns, [row], width).map((line) => stripVTControlCharacters(line).replaceAll(/ {2,}/g, " | "));

    expect(at(100)[1]).toBe(row.join(" | "));
    expect(at(70)[1]).toBe("ami-0ac9392bb24cdca10 | ubuntu/…y-22.04-20260811 | 2026-08-11 | eu-west-1");
    expect(at(60)).toEqual(["ID | NAME | CREATED", "ami-0ac9392bb24cdca10 | ubuntu/i…y-22.04-20260811 | 2026-08-11"]);
    expect(at(50)).toEqual(["ID | NAME", "ami-0ac9392bb24cdca10 | ubuntu/i…mmy-22.04-20260811"]);
    expect(at(20)[1]).toContain("ami-0ac9392bb24cdca10");
  });
});

test("on a terminal there are headings and colours; NO_COLOR takes the colours away; elsewhere there are neither", async () => {
  using place = createWorkplace();
  await place.run(["tokens", "add", "--id", "grafana"]);

  const piped = await place.run(["tokens", "list"]);
  expect(piped.stdout).toMatch(/^grafana\tread\tall\t\S+\tnever\tnever\n$/);
  expect(onTerminal(place.database, "stats")).toContain("\u001b[1mSOURCE");
  const bare = onTerminal(place.database, "doctor", { NO_COLOR: "1" });
  expect(bare).toContain("CHECK");
  expect(bare).not.toContain("\u001b[");
  expect(onTerminal(place.database, "doctor")).toContain("\u001b[32mok");
});

/** What a command writes to a terminal: util-linux's `script` is one. */
function onTerminal(database: string, command: string, env: Record<string, string> = {}): string {
  const { stdout } = spawnSync("script", ["-qec", `"${process.execPath}" "${PROGRAM}" ${command}`, "/dev/null"], {
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", IMAGEDEX_DATABASE: database, ...env },
    encoding: "utf8",
  });
  return stdout;
}
