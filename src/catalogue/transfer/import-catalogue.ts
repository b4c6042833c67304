import { existsSync, linkSync, mkdirSync, realpathSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { ConfigError } from "../../errors.ts";
import { type Estate, readEstate, takeOver } from "./carry-over.ts";
import { copyRows, refuseDamagedIndexes } from "./copy-rows.ts";
import { type Holdings, holdingsOf } from "./export-catalogue.ts";
import { damaged, type ForeignFile, openForeignFile, refuseNoCatalogue } from "./foreign-file.ts";
import { FROM_ANYBODY, FROM_BACKUP } from "./known-tables.ts";
import { applyMigrations } from "../file/migrations.ts";
import { type Catalogue, explain, isOfTheDisk, openCatalogue, openForeign } from "../file/open-catalogue.ts";
import { flush, openPrivateFolder, removeSidecars } from "../file/private-folder.ts";
import type { SecretBox } from "../file/secret-box.ts";
import { disownSources, refuseStrangeRows, settleRows, vouchForBackends } from "./settle-import.ts";

export interface ImportOptions {
  /** Puts a catalogue that is there aside. */
  readonly force?: boolean;
  /** Takes one's own backup, whose secrets this opens: backends stay enabled, and webhooks come too. */
  readonly restore?: SecretBox | undefined;
  /** The providers that this version has. */
  readonly providers: readonly string[];
  /** Sources get ids above this one. */
  readonly lastSource?: number;
  readonly now: () => string;
}

export interface Imported extends Holdings {
  /** Where the catalogue went that was there before. */
  readonly aside: string | undefined;
  /** Images that were left out because they are too large. */
  readonly leftOut: number;
  /** Backends of a backup that are disabled now, since its secret key does not vouch for them. */
  readonly disabled: readonly string[];
}

/**
 * Makes a new catalogue of `file` from the rows of an exported one (or a copy of any other instance's file), whoever made that:
 * nothing of its schema is run or taken. The catalogue that was there stays as it is, or is put aside whole; its access tokens
 * stay valid. Throws ConfigError, and changes nothing, when `from` is not a whole imagedex catalogue of this version or an older
 * one, when its secrets are to open and do not, and when `file` holds a catalogue already or is in use.
 */
export function importCatalogue(from: string, file: string, options: ImportOptions): Imported {
  refuseNoCatalogue(from);
  try {
    mkdirSync(dirname(file), { recursive: true });
    return replace(from, existsSync(file) ? realpathSync(file) : file, options);
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : explained(from, file, cause);
  }
}

/** What is wrong with the foreign file shows as an error of SQLite; the disk's troubles are of ours. */
function explained(from: string, file: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "code" in cause)) return cause;
  const code = String(cause.code);
  if (/^SQLITE_(CORRUPT|CONSTRAINT|ERROR|MISMATCH|TOOBIG)/.test(code)) return damaged(from, cause);
  if (code === "SQLITE_NOTADB")
    return new ConfigError(`${from} is not a SQLite database; expected an imagedex catalogue`, { cause });
  return new ConfigError(explain(file, cause), { cause });
}

function causeOf(error: unknown): unknown {
  return error instanceof ConfigError ? error.cause : error;
}

function replace(from: string, file: string, options: ImportOptions): Imported {
  const { force = false, restore, providers, now } = options;
  if (existsSync(file) && realpathSync(from) === file)
    throw new ConfigError(`${from} is the catalogue itself; expected another file`);
  using folder = openPrivateFolder(file);
  using foreign = openForeignFile(from, folder);
  const isOccupied = existsSync(file) && statSync(file).size > 0;
  if (isOccupied) refuseHolding(file, force);
  const [partial, whole] = [folder.create("partial.db"), folder.create("whole.db")];
  const lastSource = isOccupied ? estateOf(file).lastSource : (options.lastSource ?? 0);
  const leftOut = copyTables(foreign, partial, restore !== undefined, lastSource);
  using copy = migrated(partial, from);
  const disabled = settle(copy, from, { restore, providers, now });
  using hold = isOccupied ? holdAlone(file) : undefined;
  // Read again: it may have been given a token meanwhile.
  takeOver(copy, hold ? readEstate(hold.sqlite) : { tokens: [], lastSource });
  const holdings = holdingsOf(copy.sqlite);
  copy.sqlite.prepare("VACUUM INTO ?").run(whole);
  flush(whole);
  const aside = isOccupied ? `${file}.${now().replace(/[:.]/g, "-")}.aside` : undefined;
  if (aside) putAside(file, aside);
  else removeSidecars(file);
  renameSync(whole, file);
  return { ...holdings, bytes: statSync(file).size, aside, leftOut, disabled };
}

function refuseHolding(file: string, force: boolean): void {
  using there = openForeign(file);
  const { backends, images } = holdingsOf(there.sqlite);
  if (backends + images > 0 && !force)
    throw new ConfigError(
      `${file} already holds a catalogue (backends: ${backends}, images: ${images}); --force moves it aside`,
    );
}

function estateOf(file: string): Estate {
  using there = openForeign(file);
  return readEstate(there.sqlite);
}

/** Copies rows into an empty file that has the tables of the release that wrote them. Returns how many images were too large. */
function copyTables(foreign: ForeignFile, partial: string, isBackup: boolean, offset: number): number {
  const sqlite = new Database(partial);
  try {
    sqlite.pragma("foreign_keys = OFF");
    // Lost with the process, the file is nobody's loss.
    sqlite.pragma("journal_mode = OFF");
    sqlite.pragma("synchronous = OFF");
    applyMigrations(sqlite, foreign.format);
    refuseDamagedIndexes(foreign, sqlite);
    const copyAll = sqlite.transaction(() =>
      (isBackup ? FROM_BACKUP : FROM_ANYBODY).map((table) => copyRows(foreign, sqlite, table, offset)),
    );
    return copyAll.immediate().reduce((sum, leftOut) => sum + leftOut, 0);
  } finally {
    sqlite.close();
  }
}

function migrated(partial: string, from: string): Catalogue {
  try {
    return openCatalogue(partial);
  } catch (cause) {
    throw isOfTheDisk(causeOf(cause)) ? cause : damaged(from, causeOf(cause));
  }
}

function settle(
  copy: Catalogue,
  from: string,
  { restore, providers, now }: Pick<ImportOptions, "restore" | "providers" | "now">,
): string[] {
  const run = copy.sqlite.transaction(() => {
    refuseStrangeRows(copy, from, providers);
    const disabled = restore ? vouchForBackends(copy, from, restore) : [];
    if (!restore) disownSources(copy);
    settleRows(copy, now());
    return disabled;
  });
  return run.immediate();
}

/** The catalogue has both names until the new one takes its own: there is no moment without tokens. */
function putAside(file: string, aside: string): void {
  try {
    linkSync(file, aside);
  } catch {
    // Not every file system has a second name for a file.
    renameSync(file, aside);
  }
}

interface Hold extends Disposable {
  readonly sqlite: Database.Database;
}

/** Holds a catalogue so that nobody else has it open, all that was committed in its one file. Throws ConfigError. */
function holdAlone(file: string): Hold {
  const sqlite = new Database(file, { timeout: 0 });
  try {
    // Only who is alone may leave WAL.
    sqlite.pragma("journal_mode = DELETE");
    sqlite.exec("BEGIN EXCLUSIVE");
    return { sqlite, [Symbol.dispose]: () => void sqlite.close() };
  } catch (cause) {
    sqlite.close();
    throw new ConfigError(`${file} is in use; stop the server or command that has it open`, { cause });
  }
}
