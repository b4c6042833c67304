import { existsSync, realpathSync, renameSync, statSync } from "node:fs";
import type Database from "better-sqlite3";
import { ConfigError } from "../../errors.ts";
import { dropTextTablesAtOnce } from "../index/drop-text-tables.ts";
import { dropDeadWords } from "../index/index-source.ts";
import { type Catalogue, openCatalogue, openReader } from "../file/open-catalogue.ts";
import { releaseReplica } from "../file/replica.ts";
import { flush, openPrivateFolder, removeSidecars } from "../file/private-folder.ts";
import { dropOrphans } from "../listing/prune-sources.ts";
import { listSources } from "../../record/sources.ts";

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
  try {
    using folder = openPrivateFolder(target);
    const [partial, whole] = [folder.create("partial.db"), folder.create("whole.db")];
    using reader = openReader(file);
    reader.sqlite.prepare("VACUUM INTO ?").run(partial);
    const holdings = tidy(partial, whole, options);
    flush(whole);
    removeSidecars(target);
    renameSync(whole, target);
    return { ...holdings, bytes: statSync(target).size };
  } catch (cause) {
    throw new ConfigError(`${target} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function refuseTaken(file: string, target: string, force: boolean): void {
  if (!existsSync(target)) return;
  if (existsSync(file) && realpathSync(target) === realpathSync(file))
    throw new ConfigError(`${target} is the catalogue itself; expected another file`);
  if (!statSync(target).isFile()) throw new ConfigError(`${target} is not a file; expected a new file`);
  if (!force) throw new ConfigError(`${target} exists; choose another name, or replace it with --force`);
}

/** Leaves out what belongs to this instance alone, and writes the rest to `whole`: no page of it ever held what was left out. */
function tidy(partial: string, whole: string, { withSecrets, now }: ExportOptions): Omit<Holdings, "bytes"> {
  // A command may export what an older release wrote, and what a node copied of its record.
  using catalogue = openCatalogue(partial, { replica: "own" });
  const copy = catalogue.sqlite;
  copy.transaction(() => {
    releaseReplica(copy);
    dropUnshown(catalogue);
    copy.prepare(INTERRUPT).run(now());
    copy.exec(ONLY_HERE);
    if (!withSecrets) copy.exec(ONLY_WITH_SECRETS);
  })();
  copy.prepare("VACUUM INTO ?").run(whole);
  return holdingsOf(copy);
}

const INTERRUPT = `UPDATE runs SET state = 'failed', code = 'interrupted', finished_at = ?, error = 'under way when this was exported'
  WHERE state IN ('queued', 'running')`;

/** Who may ask here may not ask there. What was held, or counted of refused listings, is for this instance to go on with. */
const ONLY_HERE = `DELETE FROM access_tokens; DELETE FROM absent_images;
  UPDATE sources SET shrunk_listings = 0, shrunk_since = NULL`;

/**
 * Somebody is told by this instance already, and not by each copy. Without its own credentials a backend might list with somebody
 * else's.
 */
const ONLY_WITH_SECRETS = `DELETE FROM webhook_deliveries; DELETE FROM webhooks; DELETE FROM accounts;
  UPDATE backends SET enabled = 0 WHERE sealed_apikey IS NOT NULL OR sealed_apisecret IS NOT NULL;
  UPDATE backends SET sealed_apikey = NULL, sealed_apisecret = NULL, credentials = NULL`;

/** Images that no backend shows any more are nobody's to carry away: rows, words, journal and all. */
function dropUnshown(catalogue: Catalogue): void {
  const copy = catalogue.sqlite;
  copy.exec("DELETE FROM held_views; DELETE FROM search_segments WHERE state = 'building'");
  dropTextTablesAtOnce(copy);
  dropOrphans(catalogue);
  // An index keeps the words of what was taken out of it until it is merged.
  for (const { id, scope } of listSources(catalogue)) if (scope === "own") dropDeadWords(copy, id);
}

/** Counts what a catalogue holds. */
export function holdingsOf(sqlite: Database.Database): Omit<Holdings, "bytes"> {
  const count = (sql: string): number => Number(sqlite.prepare(sql).pluck().get());
  return {
    backends: count("SELECT count(*) FROM backends"),
    images: count("SELECT count(*) FROM images WHERE retired_at IS NULL"),
  };
}
