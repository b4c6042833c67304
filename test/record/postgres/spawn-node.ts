import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECRET_KEY } from "../../catalogue/seed.ts";
import { freePort } from "../../free-port.ts";
import { PROGRAM } from "../../program.ts";
import { until } from "../../until.ts";

/** `imagedex serve` as a node of several, as it is built, in a process of its own. Every wait has an end. */
export interface NodeProcess extends AsyncDisposable {
  readonly url: string;
  /** Its copy of the record. */
  readonly file: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Rejects when no answer comes within `ms`. */
  ask(path: string, init?: RequestInit, ms?: number): Promise<Response>;
  /** Starts it, again, on the same port; resolves when it is ready to answer. */
  start(): Promise<void>;
  /** Ends it at once, frozen or not, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Lets it stand still, without noticing, until it is thawed. */
  freeze(): void;
  thaw(): void;
  removeFile(): void;
  /** Its log, of all its processes. */
  said(): string;
}

const ANSWER_MS = 60_000;
/** So much of what it said is shown when it does not start. */
const SHOWN_CHARACTERS = 2_000;

/** Without a record: a single server, which shares its file with nobody. */
export async function spawnNode(
  record: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-node-"));
  const file = env["IMAGEDEX_REPLICA"] ?? join(folder, "replica.db");
  const [log, port] = [join(folder, "log"), await freePort()];
  const shared =
    record === undefined ? { IMAGEDEX_DATABASE: file } : { IMAGEDEX_DATABASE: record, IMAGEDEX_REPLICA: file };
  const settings = { ...shared, IMAGEDEX_PORT: String(port) };
  const quiet = { IMAGEDEX_SYNC_CRON: "0 0 1 1 *", IMAGEDEX_PROBE_INTERVAL: "0", IMAGEDEX_SECRET_KEY: SECRET_KEY };
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const ask: NodeProcess["ask"] = (path, init, ms = ANSWER_MS) =>
    fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(ms) });
  const kill = async (): Promise<void> => {
    const process = child;
    if (!process || hasEnded(process)) return;
    process.kill("SIGKILL");
    await until(`the end of node ${port}`, () => hasEnded(process));
  };
  const node: NodeProcess = {
    url,
    file,
    get pid() {
      return child?.pid ?? 0;
    },
    ask,
    async start() {
      const out = openSync(log, "a");
      const started = spawn(process.execPath, [PROGRAM, "--end-with-parent", "serve"], {
        cwd: folder,
        env: { PATH: process.env["PATH"], ...settings, ...quiet, ...env },
        stdio: ["ignore", out, out],
      });
      closeSync(out);
      child = started;
      const ended = once(started, "exit");
      const isReady = until(`node ${port} ready`, async () => (await ask("/readyz")).ok || hasEnded(started));
      await Promise.race([isReady, ended]);
      if (hasEnded(started)) throw new Error(`the node ended: ${node.said().slice(-SHOWN_CHARACTERS)}`);
    },
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    removeFile() {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
    },
    said: () => readFileSync(log, "utf8"),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return startOrDispose(node);
}

async function startOrDispose(node: NodeProcess): Promise<NodeProcess> {
  try {
    await node.start();
    return node;
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
