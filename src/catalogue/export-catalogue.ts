import { closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { ConfigError } from "../errors.ts";
import { type Catalogue, openReader } from "./open-catalogue.ts";

export interface ExportOptions {
  /** Keeps the backends' sealed secrets and the webhooks, which only the same secret key opens. */
  readonly withSecrets?: boolean;
  /** Replaces a file that is there. */
  readonly force?: boolean;
  readonly now: () => string;
}

/** What a file holds. */
export interface Holdings {
  readonly backends: number;
  /** Present ones. */
  readonly images: number;
  readonly bytes: number;
}

/**
 * Writes the catalogue as it is at one moment to a file of its own, whoever works on it meanwhile. The file is there whole or
 * not at all, for its owner's eyes only. Throws ConfigError when it is there already or cannot be written.
 *
 * `VACUUM INTO` reads one snapshot; SQLite's backup API would begin anew with every commit of another process.
 */
export function exportCatalogue({ file }: Catalogue, target: string, options: ExportOptions): Holdings {
  refuseTaken(file, target, options.force ?? false);
  const partial = `${target}.${process.pid}.partial`;
  try {
    // Ours alone from its first byte: names of private images are nobody else's business.
    closeSync(openSync(partial, "wx", 0o600));
    using reader = openReader(file);
    reader.sqlite.prepare("VACUUM INTO ?").run(partial);
    const holdings = tidy(partial, options);
    flush(partial);
    renameSync(partial, target);
    return { ...holdings, bytes: statSync(target).size };
  } catch (cause) {
    throw new ConfigError(`${target} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  } finally {
    rmSync(partial, { force: true });
  }
}

function refuseTaken(file: string, target: string, force: boolean): void {
  if (!existsSync(target)) return;
  if (existsSync(file) && realpathSync(target) === realpathSync(file))
    throw new ConfigError(`${target} is the catalogue itself; expected another file`);
  if (!force) throw new ConfigError(`${target} exists; expected a new file (--force replaces it)`);
}

/** Leaves out what belongs to this instance alone, and makes one file of it. */
function tidy(partial: string, { withSecrets, now }: ExportOptions): Omit<Holdings, "bytes"> {
  const copy = new Database(partial);
  try {
    // What is left out is overwritten, not only forgotten.
    copy.pragma("secure_delete = ON");
    copy.pragma("journal_mode = DELETE");
    copy.transaction(() => {
      copy
        .prepare(
          "UPDATE runs SET state = 'failed', finished_at = ?, error = 'under way when this was exported' WHERE state IN ('queued', 'running')",
        )
        .run(now());
      // Who may ask here may not ask there.
      copy.exec("DELETE FROM access_tokens");
      if (withSecrets) return;
      // Somebody is told by this instance already, and not by each copy.
      copy.exec("DELETE FROM webhook_deliveries; DELETE FROM webhooks");
      // Without its own credentials a backend might list with somebody else's.
      copy.exec(
        `UPDATE backends SET enabled = 0, sealed_apikey = NULL, sealed_apisecret = NULL
         WHERE sealed_apikey IS NOT NULL OR sealed_apisecret IS NOT NULL`,
      );
    })();
    return holdingsOf(copy);
  } finally {
    copy.close();
  }
}

/** Counts what a catalogue holds. */
export function holdingsOf(sqlite: Database.Database): Omit<Holdings, "bytes"> {
  const count = (sql: string): number => Number(sqlite.prepare(sql).pluck().get());
  return {
    backends: count("SELECT count(*) FROM backends"),
    images: count("SELECT count(*) FROM images WHERE retired_at IS NULL"),
  };
}

function flush(file: string): void {
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
}
