import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import {
  giveToPostgres,
  initPostgres,
  POSTGRES_USER,
  postgresArguments,
  postgresProgram,
} from "../../src/demo/cluster/postgres-programs.ts";
import { freePort } from "../free-port.ts";

/** A PostgreSQL of its own, in a folder that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Where its socket is. */
  readonly folder: string;
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

const PASSWORD = "of the tests";
const START_MS = 60_000;

/** `settings`: NAME=VALUE, of PostgreSQL. `prepare`: puts files into its folder of data first. */
export async function startPostgres(
  settings: readonly string[] = [],
  prepare?: (data: string) => void,
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-postgres-"));
  await initPostgres(folder, PASSWORD);
  appendFileSync(join(folder, "data/pg_hba.conf"), "\nhost replication all 127.0.0.1/32 scram-sha-256\n");
  prepare?.(join(folder, "data"));
  return openServer(folder, settings);
}

/** Runs what is in a folder. */
async function openServer(folder: string, settings: readonly string[] = []): Promise<PostgresServer> {
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
    const args = postgresArguments(folder, port, [
      `unix_socket_directories=${folder}`,
      "max_connections=90",
      ...settings,
    ]);
    child = spawn(postgresProgram("postgres"), args, { stdio: "ignore", cwd: folder, ...POSTGRES_USER });
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`postgres ended: ${child.exitCode}`);
      if (await isUp(run)) return;
      if (performance.now() > deadline) {
        child.kill("SIGQUIT");
        throw new Error("postgres did not start");
      }
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
    folder,
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
      giveToPostgres(copy);
      execFileSync("cp", ["-a", data, join(copy, "data")]);
      const from = `host=127.0.0.1 port=${port} user=postgres password=''${PASSWORD}''`;
      appendFileSync(join(copy, "data/postgresql.auto.conf"), `\nprimary_conninfo = '${from}'\n`);
      cpSync(join(folder, "password"), join(copy, "data/standby.signal"));
      giveToPostgres(join(copy, "data/standby.signal"));
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
