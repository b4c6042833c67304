import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { ConfigError } from "../errors.ts";
import { type Holdings, holdingsOf } from "./export-catalogue.ts";
import { openCatalogue, openForeign } from "./open-catalogue.ts";

export interface ImportOptions {
  /** Puts a catalogue that is there aside. */
  readonly force?: boolean;
  readonly now: () => string;
}

export interface Imported extends Holdings {
  /** Where the catalogue went that was there before. */
  readonly aside: string | undefined;
}

/**
 * Makes an exported catalogue (or a copy of any other instance's file) the one of `file`, in the form that this version
 * expects. The catalogue of `file` stays as it is, or is put aside whole. Throws ConfigError when `from` is not a whole
 * imagedex catalogue of this version or an older one, and when `file` holds one already or is in use.
 */
export function importCatalogue(from: string, file: string, { force = false, now }: ImportOptions): Imported {
  using source = openForeign(from);
  refuseDamaged(source.sqlite, from);
  mkdirSync(dirname(file), { recursive: true });
  const occupied = existsSync(file) && statSync(file).size > 0;
  if (occupied) refuseHolding(file, force);
  const partial = `${file}.${process.pid}.partial`;
  try {
    source.sqlite.prepare("VACUUM INTO ?").run(partial);
    const holdings = migrated(partial);
    using _hold = occupied ? holdAlone(file) : undefined;
    const aside = occupied ? `${file}.${now().replace(/[:.]/g, "-")}.aside` : undefined;
    if (aside) renameSync(file, aside);
    renameSync(partial, file);
    return { ...holdings, bytes: statSync(file).size, aside };
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(partial + suffix, { force: true });
  }
}

function refuseDamaged(sqlite: Database.Database, file: string): void {
  const [trouble] = sqlite.prepare<[], string>("PRAGMA integrity_check(1)").pluck().all();
  if (trouble !== "ok") throw new ConfigError(`${file} is damaged (${trouble}); expected a whole catalogue`);
  const orphans = sqlite.prepare("PRAGMA foreign_key_check").all().length;
  if (orphans > 0)
    throw new ConfigError(`${file} is damaged (${orphans} rows refer to none); expected a whole catalogue`);
}

function refuseHolding(file: string, force: boolean): void {
  using there = openForeign(file);
  const { backends, images } = holdingsOf(there.sqlite);
  if (backends + images > 0 && !force)
    throw new ConfigError(
      `${file} holds a catalogue (${backends} backends, ${images} images); expected none (--force puts it aside)`,
    );
}

/** Brings the copy to this version's form, leaves out whom its instance let in, and counts what it holds. */
function migrated(partial: string): Omit<Holdings, "bytes"> {
  using copy = openCatalogue(partial);
  // A file that somebody else made says what images there are, never who may ask here.
  copy.sqlite.exec("PRAGMA secure_delete = ON; DELETE FROM access_tokens; PRAGMA wal_checkpoint(TRUNCATE)");
  return holdingsOf(copy.sqlite);
}

/** Holds a catalogue so that nobody else has it open, all that was committed in its one file. Throws ConfigError. */
function holdAlone(file: string): Disposable {
  const sqlite = new Database(file, { timeout: 0 });
  try {
    // Only who is alone may leave WAL.
    sqlite.pragma("journal_mode = DELETE");
    sqlite.exec("BEGIN EXCLUSIVE");
    return { [Symbol.dispose]: () => void sqlite.close() };
  } catch (cause) {
    sqlite.close();
    throw new ConfigError(`${file} is in use; expected that no server or command has it open`, { cause });
  }
}
