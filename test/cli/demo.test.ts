import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { PROGRAM } from "../program.ts";
import { createPlace } from "./demo-place.ts";

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

async function isRefused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}
