/** The users of a soak, on a thread of their own: what the oracle computes must not count as the server's time. */
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createRandom, TERMS } from "./terms.ts";
import type { ToTraffic, TrafficReport, TrafficSettings } from "./traffic.ts";

const { url, backend, connections, pauseMs }: TrafficSettings = workerData;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const stop = new AbortController();
const known = new Set<string>();
const report: TrafficReport = { asked: 0, latencies: {}, wrong: {}, toggles: {}, untold: [] };
let phase = "idle";

parentPort?.on("message", (message: ToTraffic) => {
  if (message.kind === "phase") phase = message.phase;
  else stop.abort();
});

await Promise.all(Array.from({ length: connections }, (_, lane) => use(createRandom(lane + 1))));
agent.destroy();
parentPort?.postMessage(report);
parentPort?.close();

async function use(random: () => number): Promise<void> {
  while (!stop.signal.aborted) {
    await pause(random() * 2 * pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    if (!stop.signal.aborted) await askOne(random);
  }
}

async function askOne(random: () => number): Promise<void> {
  const { what, method = "GET", path, allowed = [200] } = choose(random);
  const began = phase;
  const startedAt = performance.now();
  try {
    const { status, body } = await send(method, path);
    report.asked++;
    if (began === phase) ((report.latencies[phase] ??= {})[what] ??= []).push(performance.now() - startedAt);
    if (!allowed.includes(status)) note(`${status} ${method} ${what}: ${body.slice(0, 200)}`);
    else if (what === "search") remember(body);
    else if (what === "star" && status === 200) report.toggles[path] = (report.toggles[path] ?? 0) + 1;
  } catch (error) {
    if (what === "star") report.untold.push(path);
    note(`${method} ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Question {
  readonly what: string;
  readonly method?: string;
  readonly path: string;
  /** The statuses that are right. */
  readonly allowed?: readonly number[];
}

function choose(random: () => number): Question {
  const term = encodeURIComponent(TERMS[Math.floor(random() * TERMS.length)] ?? "");
  const images = `/backends/${backend}/images`;
  const id = [...known][Math.floor(random() * known.size)];
  const dice = random() * 1000;
  if (dice < 640) return { what: "search", path: `${images}?search_term=${term}&limit=50` };
  if (dice < 700)
    return { what: "far page", path: `${images}?search_term=${term}&limit=50&offset=${Math.floor(random() * 2000)}` };
  if (dice < 740)
    return { what: "filtered", path: `${images}?search_term=${term}&limit=20&architecture=arm64&latest=true` };
  if (dice < 780) return { what: "all backends", path: `/images?search_term=${term}&limit=20` };
  if (dice < 820) return { what: "suggestions", path: `/backends/${backend}/suggestions?search_term=ubun` };
  if (dice < 830) return { what: "all found", path: `${images}?search_term=${encodeURIComponent("debian-12 amd64")}` };
  if (dice < 831) return { what: "whole list", path: images };
  if (dice < 870) return { what: "syncs", path: `/backends/${backend}/syncs?limit=5` };
  if (dice < 890) return { what: "backends", path: "/backends" };
  if (dice < 900) return { what: "retired", path: `${images}?retired=true&limit=20` };
  if (id === undefined) return { what: "ready", path: "/readyz" };
  if (dice < 950) return { what: "image", path: `${images}/${id}` };
  return { what: "star", method: "POST", path: `${images}/${id}` };
}

function remember(body: string): void {
  if (known.size >= 500) return;
  const entries: { id: string }[] = JSON.parse(body);
  for (const { id } of entries) known.add(id);
}

/** Kinds of wrong answers; an example of each is enough. */
function note(what: string): void {
  report.wrong[what] = (report.wrong[what] ?? 0) + 1;
}

async function send(method: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method, agent, timeout: 60_000 }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
      answer.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer for a minute")));
    asked.on("error", reject).end();
  });
}
