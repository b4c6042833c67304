import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli.ts";
import { createWorkplace } from "./run-imagedex.ts";

/** Those that a new catalogue starts with; a demo has one of its own. */
const CREATING = ["serve", "demo", "backends add", "tokens add", "import"];

/** Those that look into the catalogue. Doctor's exit code says that it found something wrong, the others' that they were used wrongly. */
const READING: readonly (readonly [args: string, code: number])[] = [
  ["sync", 2],
  ["sync ireland", 2],
  ["search ireland ubuntu", 2],
  ["backends list", 2],
  ["backends list --json", 2],
  ["backends remove ireland", 2],
  ["tokens list", 2],
  ["tokens remove ci", 2],
  ["images show ami-12345678", 2],
  ["stats", 2],
  ["stats --json", 2],
  ["export copy.db", 2],
  ["check", 2],
  ["doctor", 1],
];

/** Those that need no catalogue. */
const INDEPENDENT = ["providers", "completion bash"];

test("every command is known to create a catalogue, to need one, or to do without", () => {
  const known = [...CREATING, ...READING.map(([args]) => args), ...INDEPENDENT];
  const commands = leavesOf(createProgram(() => undefined));

  expect(commands.filter((name) => !known.some((args) => `${args} `.startsWith(`${name} `)))).toEqual([]);
});

test.concurrent.each(READING)(
  "%s says that the file is not there, and creates nothing",
  async (args, code) => {
    using place = createWorkplace();
    const database = join(place.folder, "no-such-folder", "imagedex.db");

    const ended = await place.run(args.split(" "), { IMAGEDEX_DATABASE: database });

    expect(ended.stderr + ended.stdout).toContain(`${database} does not exist`);
    expect(ended.stderr.split("\n").length).toBeLessThanOrEqual(2);
    expect(ended.code).toBe(code);
    expect(readdirSync(place.folder)).toEqual([]);
  },
  120_000,
);

test.concurrent.each(INDEPENDENT)(
  "%s answers, and creates nothing",
  async (args) => {
    using place = createWorkplace();

    const ended = await place.run(args.split(" "));

    expect(ended.code).toBe(0);
    expect(readdirSync(place.folder)).toEqual([]);
  },
  120_000,
);

test("an import of a file that is not there, and a backend that is not described rightly, create nothing", async () => {
  using place = createWorkplace();

  const imported = await place.run(["import", "nowhere.db"]);
  const added = await place.run(["backends", "add", "--provider", "simplestreams", "--id", "not an id"]);

  expect([imported.code, added.code]).toEqual([2, 2]);
  expect(readdirSync(place.folder)).toEqual([]);
}, 120_000);

test("a file that is there but empty is not taken for a catalogue by those who read", async () => {
  using place = createWorkplace();
  const added = await place.run(["tokens", "add", "--id", "ci"], {
    IMAGEDEX_DATABASE: join(place.folder, "new", "x.db"),
  });
  const empty = join(place.folder, "new", "y.db");
  writeFileSync(empty, "");

  const read = await place.run(["stats"], { IMAGEDEX_DATABASE: empty });

  expect(added.code).toBe(0);
  expect(read).toMatchObject({ code: 2, stderr: expect.stringContaining(`${empty} is empty`) });
  expect(existsSync(`${empty}-wal`)).toBe(false);
  // A token is kept as a hash: nothing is sealed, so no key is made.
  expect(readdirSync(join(place.folder, "new")).toSorted()).toEqual(["x.db", "y.db"]);
}, 120_000);

function leavesOf(command: Command, path = ""): string[] {
  return command.commands.flatMap((one) => {
    const name = `${path} ${one.name()}`.trim();
    return one.commands.length > 0 ? leavesOf(one, name) : [name];
  });
}
