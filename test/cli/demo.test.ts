import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempDisposableSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { PROGRAM, ROOT } from "../program.ts";

const DEMO = [PROGRAM, "demo", "--count", "300"];

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s to its process group ends a demo that is served, and leaves nothing",
  async (signal) => {
    using place = createPlace();
    const demo = place.start(process.execPath, DEMO);
    await demo.says("Ctrl-C ends the demo.");
    const before = place.demos();

    process.kill(-demo.pid, signal);

    expect(before).toHaveLength(1);
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expect(place.demos()).toEqual([]);
    expect(await demo.stderr).not.toMatch(/unsettled|error|Error/);
    expect(await isRefused(demo.url())).toBe(true);
  },
  180_000,
);

test("SIGTERM to a demo that syncs ends it, and leaves nothing", async () => {
  using place = createPlace();
  const demo = place.start(process.execPath, [...DEMO.slice(0, -1), "200000"]);
  await demo.says("A local EC2");

  process.kill(-demo.pid, "SIGTERM");

  expect(await demo.ended).toEqual({ code: 0, signal: null });
  expect(place.demos()).toEqual([]);
  expect(await demo.stderr).not.toMatch(/unsettled|Error/);
  expect(await isRefused(demo.url())).toBe(true);
}, 180_000);

test("SIGTERM to npm ends the demo that it runs, and leaves nothing", async () => {
  using place = createPlace();
  const npm = place.start("npm", ["run", "demo", "--", "--count", "300"]);
  await npm.says("Ctrl-C ends the demo.");

  process.kill(npm.pid, "SIGTERM");
  // The end of what it prints is the end of the demo, whatever npm does meanwhile.
  await npm.stderr;

  expect(place.demos()).toEqual([]);
  expect(await isRefused(npm.url())).toBe(true);
}, 180_000);

test("what a demo left that was killed is removed by the next one", async () => {
  using place = createPlace();
  const killed = place.start(process.execPath, DEMO);
  await killed.says("A local EC2");
  process.kill(-killed.pid, "SIGKILL");
  await killed.ended;
  const left = place.demos();

  const next = place.start(process.execPath, [...DEMO, "--once"]);
  await next.says("A local EC2");
  const during = place.demos();

  expect(left).toHaveLength(1);
  expect(during).toHaveLength(1);
  expect(during).not.toEqual(left);
  expect(await next.ended).toEqual({ code: 0, signal: null });
  expect(place.demos()).toEqual([]);
  // The key of the catalogue in the settings is none of the demo's business.
  expect(readdirSync(place.cwd)).toEqual([".cache"]);
}, 180_000);

interface Running {
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly stderr: Promise<string>;
  /** Resolves once it said this. */
  says(words: string): Promise<void>;
  /** Of its EC2. */
  url(): string;
}

interface Place extends Disposable {
  readonly cwd: string;
  start(command: string, args: readonly string[]): Running;
  /** The folders of demos. */
  demos(): string[];
}

function createPlace(): Place {
  const folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-demos-"));
  const cwd = join(folder.path, "cwd");
  mkdirSync(cwd);
  const started: ChildProcess[] = [];
  return {
    cwd,
    start(command, args) {
      const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
      const env = { PATH, HOME: cwd, TMPDIR: folder.path, IMAGEDEX_PORT: "0" };
      const child = spawn(command, args, {
        cwd: command === "npm" ? ROOT : cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      started.push(child);
      return follow(child);
    },
    demos: () => readdirSync(folder.path).filter((name) => name.startsWith("imagedex-") && name.includes("demo")),
    [Symbol.dispose]() {
      for (const { pid, exitCode, signalCode } of started)
        if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
      folder.remove();
    },
  };
}

function follow(child: ChildProcess): Running {
  let said = "";
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  return {
    pid: child.pid ?? 0,
    ended: once(child, "exit").then(([code, signal]) => ({ code, signal })),
    stderr: child.stderr ? text(child.stderr) : Promise.resolve(""),
    async says(words) {
      while (!said.includes(words)) await once(child.stdout ?? child, "data");
    },
    url: () => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "",
  };
}

async function isRefused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}
