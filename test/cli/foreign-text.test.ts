import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { text as readText } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { UNSEEN } from "../unseen-characters.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";
import { PROGRAM } from "../program.ts";

/** SQLite's texts end at a NUL for some of its functions. */
const HOSTILE = `x \u001b\u001b[0m]52;c;ZWNobyBoaQ==\u0007${UNSEEN.slice(1).join("")}end`;
/** What a terminal is told by the program itself: colours, their end, the cursor shown and hidden, and ends of lines. */
// eslint-disable-next-line no-control-regex
const OWN_WORD = /\u001b\[(?:\d+m|\?25[hl]|\d*[ABCDGK])|\r?\n|\r/g;

describe("what comes from a cloud", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = createWorkplace();
    using catalogue = openCatalogue(place.database);
    const backend = await seedBackend(catalogue, "cloud");
    commitImages(catalogue, backend, [image("ami-1", { name: HOSTILE, extra: { created: HOSTILE, tag: HOSTILE } })]);
    const runId = insertRun(catalogue, sourcesOf(catalogue, "cloud")[0]?.id ?? 0, NOW);
    updateRun(catalogue, runId, { state: "failed", error: HOSTILE, finishedAt: NOW });
  });
  afterAll(() => place[Symbol.dispose]());

  test.each([
    ["a search", ["search", "cloud", "x"], 0],
    ["JSON", ["images", "show", "ami-1"], 0],
    ["a check", ["doctor"], 1],
    ["wrong use", ["search", HOSTILE], 2],
  ])("shows in the output of %s, on a terminal and in a pipe, and neither steers nor hides", async (_, args, code) => {
    // No cloud but those of this machine is asked.
    const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };
    const [piped, shown] = await Promise.all([place.run(args, env), onTerminal(place.database, args, env)]);

    expect(piped.code).toBe(code);
    expect([piped.stdout, piped.stderr, shown].flatMap(unseenIn)).toEqual([]);
    expect(piped.stdout + piped.stderr).toMatch(/\\x1b|\\u001b/);
    expect(shown).toMatch(/\\x1b|\\u001b/);
  });

  test("is whole in JSON, and one row in a table", async () => {
    const { stdout: json } = await place.run(["search", "cloud", "x", "--json"]);
    const { stdout: table } = await place.run(["search", "cloud", "x"]);

    expect(JSON.parse(json)).toMatchObject([{ id: "ami-1", name: stored(HOSTILE) }]);
    expect(table.split("\n")).toEqual([expect.stringContaining("ami-1"), ""]);
  });

  test("makes no line of its own in an error, a report of a sync or a log", async () => {
    await using cloud = await startHostileCloud();
    using other = createWorkplace();
    const add = "backends add --id lab --provider hetzner --apisecret t".split(" ");
    await other.run([...add, "--apiurl", cloud.url]);

    const { stdout, stderr, code } = await other.runAlone(["sync"], { IMAGEDEX_LOG_LEVEL: "debug" });

    expect([code, stdout.split("\n").length]).toEqual([1, 5]);
    expect(stdout).toContain(String.raw`\x1b\x1b[0m]52;`);
    expect(stderr).toContain(String.raw`\u001b\u001b[0m]52;`);
    expect([...unseenIn(stdout), ...unseenIn(stderr)]).toEqual([]);
  });
});

function unseenIn(output: string): string[] {
  const rest = output.replaceAll(OWN_WORD, "").replaceAll("\t", "");
  return UNSEEN.filter((character) => rest.includes(character)).map(
    (character) => character.codePointAt(0)?.toString(16) ?? "",
  );
}

/** What a command writes to a terminal: util-linux's `script` is one. */
async function onTerminal(database: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const quoted = [process.execPath, PROGRAM, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["-qec", quoted, "/dev/null"], {
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", IMAGEDEX_DATABASE: database, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return readText(child.stdout);
}

/** As SQLite gives a text back. */
function stored(text: string): string {
  return text.toWellFormed();
}

/** Says no, in words that steer a terminal. */
async function startHostileCloud(): Promise<AsyncDisposable & { readonly url: string }> {
  const body = Buffer.from(HOSTILE);
  const server = createServer((_, res) => res.writeHead(400).end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
