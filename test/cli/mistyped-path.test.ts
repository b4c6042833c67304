import { execFileSync } from "node:child_process";
import { mkdtempDisposableSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test, vi } from "vitest";
import { createProgram, runCli } from "../../src/cli.ts";

/** Those that a new catalogue starts with; a demo has one of its own. */
const CREATING = ["serve", "demo", "backends add", "tokens add", "import"];

/** Those that look into the catalogue. Doctor's exit code says that it found something wrong, the others' that they were used wrongly. */
const READING: readonly (readonly [args: string, code: number])[] = [
  ["sync", 2],
  ["sync ireland", 2],
  ["search ireland ubuntu", 2],
  ["find ubuntu", 2],
  ["newest ireland ubuntu", 2],
  ["changes ireland", 2],
  ["facets ireland", 2],
  ["regions ami-12345678", 2],
  ["star ireland ami-12345678", 2],
  ["audit package.json", 2],
  ["mcp", 2],
  ["backends list", 2],
  ["backends list --json", 2],
  ["backends update ireland --disable", 2],
  ["backends check", 2],
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
const INDEPENDENT = ["providers", "completion"];

test("every command is known to create a catalogue, to need one, or to do without", () => {
  const known = [...CREATING, ...READING.map(([args]) => args), ...INDEPENDENT];
  const commands = leavesOf(createProgram(() => undefined));

  expect(commands.filter((name) => !known.some((args) => `${args} `.startsWith(`${name} `)))).toEqual([]);
});

test.each(READING)("%s says that the file is not there, and creates nothing", async (args, code) => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));
  const database = join(folder.path, "no-such-folder", "imagedex.db");

  const ended = await runHere(args.replace("copy.db", join(folder.path, "copy.db")).split(" "), database);

  expect(ended.stderr + ended.stdout).toContain(`${database} does not exist`);
  expect(ended.stderr.split("\n").length).toBeLessThanOrEqual(2);
  expect(ended.code).toBe(code);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  ["providers", 0],
  ["completion bash", 0],
  ["import nowhere.db", 2],
  ["backends add --provider simplestreams --poll-interval soon", 2],
  ["tokens add --expires yesterday", 2],
] as const)("%s creates nothing", async (args, code) => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));

  const ended = await runHere(args.split(" "), join(folder.path, "imagedex.db"));

  expect(ended.code).toBe(code);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a file that is there but empty is not taken for a catalogue by those who read, and stays empty", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));
  const empty = join(folder.path, "imagedex.db");
  writeFileSync(empty, "");

  const read = await runHere(["stats"], empty);

  expect(read).toMatchObject({ code: 2, stderr: expect.stringContaining(`${empty} is empty`) });
  expect(readdirSync(folder.path)).toEqual(["imagedex.db"]);
  expect(statSync(empty).size).toBe(0);
});

test.each(["stats", "tokens list", "tokens add", "backends add --provider simplestreams", "serve", "check"])(
  "%s leaves another program's file as it is, its permissions too",
  async (args) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));
    const others = join(folder.path, "passwd");
    writeFileSync(others, "root:x:0:0:root:/root:/bin/bash\n".repeat(100), { mode: 0o644 });
    writeFileSync(`${others}.key`, "another program's key", { mode: 0o644 });

    const ended = await runHere(args.split(" "), others);

    expect(ended.stderr).toContain(`${others} is not a SQLite database`);
    expect(ended.code).toBe(2);
    expect([others, `${others}.key`].map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(["644", "644"]);
    expect(readdirSync(folder.path)).toEqual(["passwd", "passwd.key"]);
  },
);

test.each(["stats", "tokens add", "serve", "check", "sync"])(
  "%s says of what cannot be a catalogue what it is",
  async (args) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));
    const at = (name: string): string => join(folder.path, name);
    execFileSync("mkfifo", [at("pipe")]);
    symlinkSync("pipe", at("link"));
    symlinkSync("loop", at("loop"));

    const said = [];
    for (const name of ["pipe", "link", "loop", ".", "imagedex.db "])
      said.push(await runHere(args.split(" "), at(name)));

    expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(said.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining("pipe is not a file; expected an imagedex catalogue"),
      expect.stringContaining("link is not a file; expected"),
      expect.stringContaining("loop cannot be opened: ELOOP"),
      expect.stringContaining("is not a file; expected"),
      expect.stringContaining("imagedex.db  ends with a space"),
    ]);
    expect(readdirSync(folder.path).toSorted()).toEqual(["link", "loop", "pipe"]);
  },
);

test("a key file that is a pipe is not waited for", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));
  const database = join(folder.path, "imagedex.db");
  execFileSync("mkfifo", [`${database}.key`]);

  const ended = await runHere(["backends", "add", "--provider", "simplestreams"], database);

  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("imagedex.db.key is not a file") });
});

test("a token is added to a new catalogue without a key: nothing of it is sealed", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mistyped-"));

  const added = await runHere(["tokens", "add"], join(folder.path, "new", "imagedex.db"));

  expect(added.code).toBe(0);
  expect(readdirSync(join(folder.path, "new"))).toEqual(["imagedex.db"]);
});

/** Runs a command as its process would, in this one: a process for each would take a minute. */
async function runHere(
  args: readonly string[],
  database: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  vi.stubEnv("IMAGEDEX_DATABASE", database);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      said[name] += String(chunk);
      return true;
    });
  try {
    return { code: await runCli(args), ...said };
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}

function leavesOf(command: Command, path = ""): string[] {
  return command.commands.flatMap((one) => {
    const name = `${path} ${one.name()}`.trim();
    return one.commands.length > 0 ? leavesOf(one, name) : [name];
  });
}
