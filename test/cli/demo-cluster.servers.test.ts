import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { PROGRAM } from "../program.ts";
import { createPlace, type Place } from "./demo-place.ts";

const DEMO = [PROGRAM, "demo", "--nodes", "3", "--count", "300"];

interface Cluster {
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly balancer: string;
  readonly nodes: readonly { readonly name: string; readonly url: string; readonly pid: number }[];
}

async function startCluster(place: Place): Promise<Cluster> {
  const demo = place.start(process.execPath, DEMO);
  await demo.says("Ctrl-C ends the demo.");
  const said = demo.said();
  const nodes = said.matchAll(/^(node-\d): (http\S+)\/ \(process (\d+)\)$/gm);
  return {
    ...demo,
    balancer: /balancer before them: (http\S+)\//.exec(said)?.[1] ?? "",
    nodes: [...nodes].map(([, name = "", url = "", pid]) => ({ name, url, pid: Number(pid) })),
  };
}

async function search(url: string): Promise<{ status: number; total: string | null; by: string | null }> {
  const { status, headers } = await fetch(`${url}/backends/demo/images?search_term=ubuntu&limit=1`);
  return { status, total: headers.get("x-total-count"), by: headers.get("x-served-by") };
}

/** Processes of this machine that have the place in their command line: PostgreSQL and what it starts. */
function processesIn(place: Place): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      const line = readFileSync(`/proc/${id}/cmdline`, "utf8");
      return line.includes(place.folder) ? [line.replaceAll("\0", " ")] : [];
    } catch {
      // It has ended.
      return [];
    }
  });
}

async function isGone(pid: number): Promise<boolean> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await delay(50))
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  return false;
}

test("a demo of three nodes answers with one of them killed, and leaves nothing when it is ended", async () => {
  using place = createPlace();
  const { balancer, nodes, ...demo } = await startCluster(place);
  const before = await search(balancer);
  const [killed, ...left] = nodes;

  process.kill(killed?.pid ?? 0, "SIGKILL");
  const answers = await Promise.all(Array.from({ length: 30 }, () => search(balancer)));

  expect(nodes).toHaveLength(3);
  expect(Number(before.total)).toBeGreaterThan(0);
  expect(answers.map(({ status, total }) => [status, total])).toEqual(answers.map(() => [200, before.total]));
  expect(new Set(answers.map(({ by }) => by))).toEqual(new Set(left.map(({ name }) => name)));
  expect(processesIn(place)).not.toEqual([]);
  process.kill(demo.pid, "SIGTERM");
  expect(await demo.ended).toEqual({ code: 0, signal: null });
  expect(processesIn(place)).toEqual([]);
  expect(place.demos()).toEqual([]);
  for (const { pid } of nodes) expect(await isGone(pid)).toBe(true);
});

test("a demo that is killed takes its processes along", async () => {
  using place = createPlace();
  const { nodes, ...demo } = await startCluster(place);

  process.kill(demo.pid, "SIGKILL");

  for (const { pid } of nodes) expect(await isGone(pid)).toBe(true);
  for (const deadline = performance.now() + 20_000; processesIn(place).length > 0; await delay(50))
    if (performance.now() > deadline) throw new Error(processesIn(place).join("\n"));
});
