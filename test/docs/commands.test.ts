import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseImagedex } from "../cli/parse-imagedex.ts";
import { type CodeBlock, linesOf, readBlocks } from "./code-blocks.ts";
import { createDocsServer, type DocsServer } from "./docs-server.ts";
import { readCommandLine } from "./shell-words.ts";

const named = (some: readonly CodeBlock[]): [string, CodeBlock][] => some.map((block) => [block.place, block]);
const blocks = readBlocks();
const shell = blocks.filter(({ language }) => language === "sh");
const isRun = ({ notRun }: CodeBlock): boolean => notRun === undefined;

describe("the documents", () => {
  let docs: DocsServer;
  beforeAll(async () => {
    docs = await createDocsServer();
  });
  afterAll(() => docs[Symbol.asyncDispose]());

  test.each(named(shell.filter(isRun)))("%s: its commands work", async (place, { text, answers = 0 }) => {
    for (const line of linesOf(text)) {
      for (const command of readCommandLine(line, docs.folder)) {
        const { code, stderr, stdout } = await docs.run(command, documentOf(place));
        expect([line, code, code === answers ? "" : stderr + stdout]).toEqual([line, answers, ""]);
      }
    }
  });

  test.each(named(blocks.filter(({ language }) => language === "console")))(
    "%s: its commands print what it shows, as far as that is the same everywhere",
    async (place, { text }) => {
      const [, line = "", shown = ""] = /^\$ (.*)\n([^]*)$/.exec(text) ?? [];
      const [command] = readCommandLine(line);
      if (!command) throw new Error("no command");
      const { code, stdout } = await docs.run(command, documentOf(place));
      expect(code).toBe(0);
      expect(beginnings(stdout)).toEqual(expect.arrayContaining(beginnings(shown)));
    },
  );

  test.each(named(blocks.filter(({ language }) => language === "sql")))("%s: its query runs", (_, { text }) => {
    expect(() => docs.server.app.catalogue.sqlite.prepare(text).all()).not.toThrow();
  });

  test.each(named(blocks.filter(({ language }) => language === "json")))("%s: it is JSON", (_, { text }) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  // The last one: it changes what the others see.
  test("queries about the last days compare with times as the file has them", async () => {
    const { sqlite } = docs.server.app.catalogue;
    const hour = 3_600_000;
    const ago = (days: number, ms: number): string => new Date(Date.now() - days * 24 * hour + ms).toISOString();
    const recent = blocks.filter(({ language, text }) => language === "sql" && /at > strftime/.test(text));
    const [first, second] = sqlite
      .prepare<[], { id: number; source: number; image: string }>(
        "SELECT id, source_id AS source, image_id AS image FROM images LIMIT 2",
      )
      .all();
    if (!first || !second) throw new Error("there are no images");
    for (const [row, ms] of [
      [first, -60_000],
      [second, 60_000],
    ] as const) {
      sqlite.prepare("UPDATE images SET retired_at = ?, position = NULL WHERE id = ?").run(ago(7, ms), row.id);
      sqlite
        .prepare("INSERT INTO image_changes (source_id, run_id, at, image_id, kind) VALUES (?, 1, ?, ?, 'changed')")
        .run(row.source, ago(1, ms), row.image);
    }

    const found = recent.map(({ text }) =>
      sqlite
        .prepare<[], { image_id: string }>(text)
        .all()
        .map((row) => row.image_id),
    );

    expect(recent.length).toBeGreaterThan(1);
    for (const ids of found) expect(ids).toEqual([second.image]);
  });
});

test.each(named(shell.filter((block) => !isRun(block))))(
  "%s: what is not run says why, and can be typed",
  (_, { text, notRun }) => {
    const commands = linesOf(text).flatMap((line) => readCommandLine(line));

    expect(notRun?.trim()).not.toBe("");
    for (const { words } of commands) {
      expect(words).not.toEqual([]);
      const parse = words[0] === "imagedex" ? parseImagedex : () => undefined;
      expect(() => parse(words.slice(1)), words.join(" ")).not.toThrow();
    }
  },
);

/** A reader tries one document after the other, each from its start. */
function documentOf(place: string): string {
  return basename(place.split(":")[0] ?? "", ".md");
}

/** The first words of each line, which no machine and no day changes; without the heads of tables, which terminals alone get. */
function beginnings(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^[A-Z ]+$/.test(line))
    .map((line) => line.replace(/\s+/g, " ").slice(0, 8));
}
