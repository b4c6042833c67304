import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { CommandError } from "../../errors.ts";
import { findLine } from "../spawn-script.ts";
import { initPostgres, POSTGRES_USER, postgresArguments, postgresProgram } from "./postgres-programs.ts";

/** A PostgreSQL of the demo's own. */
export interface SpawnedPostgres extends AsyncDisposable {
  /** Of an empty database, with its password. */
  readonly url: string;
  readonly port: number;
}

/** A shell between it and the demo ends PostgreSQL when the demo is gone, however that ended. */
const UNTIL_STDIN_ENDS = `exec 3<&0; "$@" 3<&- & server=$!
  { read -r _ <&3; kill -INT $server; } & watch=$!
  wait $server; kill $watch`;

/** Makes a PostgreSQL in a new folder and starts it. Throws CommandError where it is not installed or does not start. */
export async function spawnPostgres(folder: string): Promise<SpawnedPostgres> {
  const program = postgresProgram("postgres");
  const password = randomBytes(16).toString("hex");
  mkdirSync(folder, { mode: 0o700 });
  // Another user finds it in there.
  if (POSTGRES_USER.uid !== undefined) chmodSync(dirname(folder), 0o711);
  await initPostgres(folder, password);
  const port = await findFreePort();
  const args = postgresArguments(folder, port, ["unix_socket_directories="]);
  const child = spawn("sh", ["-c", UNTIL_STDIN_ENDS, "sh", program, ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    cwd: folder,
    // Ctrl-C is for the demo, which ends the others in order.
    detached: true,
    ...POSTGRES_USER,
  });
  await untilReady(child.stderr);
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

async function untilReady(log: Readable): Promise<void> {
  let said = "";
  const ready = await findLine(log, (line) => {
    said = line;
    return line.includes("ready to accept connections") || undefined;
  });
  if (!ready) throw new CommandError(`PostgreSQL ended: ${said}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new CommandError("no free port");
  return address.port;
}
