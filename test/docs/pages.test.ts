import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { RUN_CODES } from "../../src/catalogue/file/run-codes.ts";
import { GUIDES } from "../../src/http/docs/guides.ts";
import { writeMarkdown } from "../../src/http/docs/write-markdown.ts";
import { listProviders } from "../../src/providers/registry.ts";
import { startServer } from "../http/start-server.ts";
import { readDocuments } from "./generated-tables.ts";

const ROOT = join(import.meta.dirname, "../..");
const documents = readDocuments();
const textOf = (name: string): string => documents.find(({ file }) => file.endsWith(name))?.text ?? "";

test.each(documents.map((document) => [document.file.slice(ROOT.length + 1), document] as const))(
  "%s has the tables that the code makes (npm run docs writes them)",
  (_, { text, generated }) => {
    expect(text).toBe(generated);
  },
);

test.each(documents.map((document) => [document.file.slice(ROOT.length + 1), document] as const))(
  "%s links to files and sections that are there",
  (_, { file, text }) => {
    const links = [...text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)].map(([, link = ""]) => link.split("#"));
    for (const [path = "", section] of links) {
      const target = path === "" ? file : join(dirname(file), path);
      expect([path, existsSync(target)]).toEqual([path, true]);
      const ids = writeMarkdown(textOf(target.slice(ROOT.length))).headings.map(({ id }) => id);
      expect([undefined, ...ids]).toContain(section);
    }
  },
);

test("README can be read in five minutes", () => {
  expect(textOf("README.md").length).toBeLessThan(7000);
});

test("README names the Node.js that the package needs", () => {
  const { engines }: { engines: { node: string } } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(textOf("README.md")).toContain(`Node.js ${engines.node.replace(">=", "")} or later`);
});

test("clouds.md has a section with a command for every provider", () => {
  const sections = textOf("docs/clouds.md").split(/^## /m);
  const missing = listProviders().filter(({ name, title }) => {
    const section = sections.find((one) => one.startsWith(`${title}\n`));
    return !section?.includes(`imagedex backends add --provider ${name} `);
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("running.md says what to do about every code of a failed sync", () => {
  const rows = [...textOf("docs/running.md").matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code]) => code);
  expect(rows.filter((code) => RUN_CODES.some((known) => known === code))).toEqual([...RUN_CODES]);
});

test.each([
  ["running.md", "Other messages:"],
  ["past-one-machine.md", "Messages at the start"],
])("%s quotes messages as the code has them", (name, heading) => {
  const [, messages = ""] = textOf(`docs/${name}`).split(heading);
  const quoted = [...messages.matchAll(/^\| (?:\d+ )?`([^`]+)` +\|/gm)].flatMap(([, message = ""]) =>
    message.split("…"),
  );
  const source = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(ROOT, "src", file), "utf8"))
    .join("\n");
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((piece) => !source.includes(piece.trim()))).toEqual([]);
});

test("the server shows each page of docs/, with links that it answers", async () => {
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  expect(pages.toSorted()).toEqual(GUIDES.map((name) => `${name}.md`).toSorted());
  await using server = await startServer();
  for (const name of GUIDES) {
    const { status, text, headers } = await server.ask(`/docs/${name}`);
    expect([name, status, headers["content-type"]]).toEqual([name, 200, "text/html; charset=utf-8"]);
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id ?? "");
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...text.matchAll(/ href="([^"]*)"/g)].map(([, link]) => link ?? "");
    expect(links.filter((link) => link.startsWith("#") && !ids.includes(link.slice(1)))).toEqual([]);
    for (const link of new Set(links.filter((one) => one.startsWith("/docs")).map((one) => one.split("#")[0] ?? "")))
      expect([name, link, (await server.ask(link)).status]).toEqual([name, link, 200]);
    expect(text).not.toMatch(/<script|<style| style=| on\w+=|undefined|\[object|<!-- /);
    const prose = text.replaceAll(/<pre[^]*?<\/pre>|<code>[^]*?<\/code>|<head>[^]*?<\/head>/g, "");
    expect(prose).not.toMatch(/\*\*|`|\]\(|\n\| |^#/m);
  }
});

test("a page that is not there is a 404 that names those there are", async () => {
  await using server = await startServer();
  const { status, json } = await server.ask("/docs/nothing");
  expect([status, json.detail]).toEqual([404, `no such page: /docs/nothing; pages: ${GUIDES.join(", ")}`]);
});
