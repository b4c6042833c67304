import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../cli/run-imagedex.ts";
import { type PostgresServer, startPostgres } from "../foreign/postgres.ts";
import { KEY } from "../record/postgres/postgres-lab.ts";
import { writeBackup } from "../record/postgres/write-backup.ts";
import { linesOf, readBlocks } from "./code-blocks.ts";
import { readCommandLine } from "./shell-words.ts";

let server: PostgresServer;
let place: Workplace;
beforeAll(async () => {
  server = await startPostgres();
  place = createWorkplace();
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const blocks = readBlocks().filter(({ notRun }) => notRun === "needs a record");

test("the commands of docs/past-one-machine.md work with a record, one after the other", async () => {
  const env = {
    IMAGEDEX_DATABASE: await server.createDatabase(),
    IMAGEDEX_REPLICA: join(place.folder, "replica.db"),
    IMAGEDEX_SECRET_KEY: KEY,
  };
  await writeBackup(join(place.folder, "whole.db"));

  for (const line of blocks.flatMap(({ text }) => linesOf(text)))
    for (const { words } of readCommandLine(line)) {
      const { code, stderr, stdout } = await place.run(words.slice(1), env);
      expect([line, code, code === 0 ? "" : stderr + stdout]).toEqual([line, 0, ""]);
    }

  expect(blocks.length).toBeGreaterThan(2);
  const single = { IMAGEDEX_DATABASE: join(place.folder, "single.db"), IMAGEDEX_SECRET_KEY: KEY };
  const [tokens, found] = [
    await place.run(["tokens", "list"], env),
    await place.run(["search", "one", "gentoo"], single),
  ];
  expect(tokens.stdout).toContain("ops");
  expect(found.stdout).toContain("ami-2");
});
