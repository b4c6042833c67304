import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { listeningUrl, type Workplace } from "../cli/run-imagedex.ts";
import { SECRET_KEY } from "../catalogue/seed.ts";

/** A server of several processes. */
export interface Together extends AsyncDisposable {
  readonly url: string;
  readonly primary: ChildProcess;
  /** The processes of its workers that live, the oldest first: at first, the first one syncs. */
  workers(): number[];
  /** One connection to each worker, in the order of `workers`. */
  lanes(): Promise<readonly Lane[]>;
  /** A connection to the worker whose turn it is. */
  openLane(): Promise<Lane>;
}

/** A connection that is kept: all its questions go to one worker. */
export interface Lane extends Disposable {
  readonly worker: number;
  ask(path: string, options?: LaneOptions): Promise<LaneAnswer>;
  /** The answer when its headers are there. */
  open(path: string, options?: LaneOptions): Promise<IncomingMessage>;
}

export interface LaneOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface LaneAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export async function startTogether(
  place: Workplace,
  { args = ["--workers", "2"], env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Together> {
  const settings = { IMAGEDEX_SYNC_CRON: "0 0 1 1 *", IMAGEDEX_PROBE_INTERVAL: "0", IMAGEDEX_SECRET_KEY: SECRET_KEY };
  const primary = place.start(["serve", ...args], { ...settings, ...env });
  const url = await listeningUrl(primary);
  primary.stderr?.resume();
  const workers = (): number[] => childrenOf(primary.pid ?? 0);
  return {
    url,
    primary,
    workers,
    lanes: () => openLanes(url, workers),
    openLane: () => openLane(url, workers),
    async [Symbol.asyncDispose]() {
      if (primary.exitCode !== null || primary.signalCode !== null) return;
      const ended = once(primary, "exit");
      primary.kill("SIGTERM");
      await ended;
    },
  };
}

/** Opens connections until each worker has one. */
async function openLanes(url: string, workers: () => readonly number[]): Promise<Lane[]> {
  const lanes = new Map<number, Lane>();
  for (let tries = 0; lanes.size < workers().length && tries < 100; tries++) {
    const lane = await openLane(url, workers);
    if (lanes.has(lane.worker)) lane[Symbol.dispose]();
    else lanes.set(lane.worker, lane);
  }
  return workers().flatMap((worker) => lanes.get(worker) ?? []);
}

async function openLane(url: string, workers: () => readonly number[]): Promise<Lane> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const open = (path: string, { method = "GET", body, headers = {} }: LaneOptions = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(`${url}${path}`, { agent, method, headers }, resolve)
        .on("error", reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  const ask = async (path: string, options?: LaneOptions): Promise<LaneAnswer> => {
    const answer = await open(path, options);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
  };
  const first = await open("/healthz");
  const { localPort = 0, remotePort = 0 } = first.socket;
  await text(first);
  return {
    worker: await answererOf(localPort, remotePort, workers),
    ask,
    open,
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** What Linux shows of connections may lack some while others come and go: it is looked at again. */
const MOST_LOOKS = 50;

/** The worker that has the other end of the connection from a port of this process to one of the server. */
async function answererOf(from: number, to: number, workers: () => readonly number[]): Promise<number> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const inode = inodeOf(from, to);
    // Those that live now: one of them has answered.
    const found =
      inode === undefined ? undefined : workers().find((pid) => socketsOf(pid).includes(`socket:[${inode}]`));
    if (found !== undefined) return found;
    await delay(20);
  }
  throw new Error(`no worker has the connection from port ${from}`);
}

/** The server's end of a connection. Other servers may have one from a port of the same number. */
function inodeOf(from: number, to: number): string | undefined {
  const [local, remote] = [to, from].map((port) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`);
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const fields = rows.map((line) => line.trim().split(/\s+/));
  return fields.find(([, ours, theirs]) => ours?.endsWith(local ?? "") && theirs?.endsWith(remote ?? ""))?.[9];
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(pid, fd));
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    // Closed meanwhile.
    return "";
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

/** Whether a process lives, or only waits to be buried. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
