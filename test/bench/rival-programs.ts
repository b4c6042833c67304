import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineImage } from "../../src/image.ts";
import { type Rival, textOf } from "./rivals.ts";

/*
 * Programs that find the same images as ours, by looking at every text. Each is measured where it is installed: DuckDB as the npm
 * package `@duckdb/node-api`, ripgrep as `rg`.
 */

type Program = (images: readonly MachineImage[]) => Promise<(Rival & AsyncDisposable) | undefined>;

export const PROGRAMS: readonly Program[] = [createDuckDb, createRipgrep];

/** One line an image: what ours looks into. */
function writeTexts(
  images: readonly MachineImage[],
  write: (text: string, image: MachineImage) => string,
): { file: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-rival-"));
  const file = join(folder, "images.ndjson");
  writeFileSync(file, images.map((image) => `${write(textOf(image), image)}\n`).join(""));
  return { file, folder };
}

/** Of DuckDB's API what is used here. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{ runAndReadAll(sql: string, values?: unknown[]): Promise<unknown>; closeSync(): void }>;
    }>;
  };
}

async function createDuckDb(images: readonly MachineImage[]): ReturnType<Program> {
  const name = "@duckdb/node-api";
  const api = (await import(name).catch(() => undefined)) as DuckDb | undefined;
  if (!api) return undefined;
  const { file, folder } = writeTexts(images, (text, { id }) => JSON.stringify({ id, text }));
  const connection = await (await api.DuckDBInstance.create(":memory:")).connect();
  await connection.runAndReadAll(`CREATE TABLE i AS SELECT * FROM read_json('${file}', format = 'newline_delimited')`);
  return {
    name: "duckdb",
    runs: 3,
    async find(term) {
      const words = term.split(" ");
      const found = `FROM i WHERE ${words.map((_, at) => `contains(text, $${at + 1})`).join(" AND ")}`;
      await connection.runAndReadAll(`SELECT id ${found} LIMIT 50`, words);
      return connection.runAndReadAll(`SELECT count(*) ${found}`, words);
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      rmSync(folder, { recursive: true });
    },
  };
}

async function createRipgrep(images: readonly MachineImage[]): ReturnType<Program> {
  if (spawnSync("rg", ["--version"]).status !== 0) return undefined;
  const { file, folder } = writeTexts(images, (text) => JSON.stringify(text));
  return {
    name: "ripgrep",
    runs: 3,
    find: (term) =>
      term
        .split(" ")
        .reduce<Buffer | undefined>(
          (input, word) =>
            spawnSync("rg", ["-F", "--", word, ...(input ? ["-"] : [file])], { input, maxBuffer: 2 ** 30 }).stdout,
          undefined,
        ),
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}
