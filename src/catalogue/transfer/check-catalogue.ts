import Database from "better-sqlite3";
import type { Catalogue } from "../file/open-catalogue.ts";
import { checkIndex } from "../index/check-index.ts";
import { INDEX_FORMAT } from "../index/index-source.ts";
import { DamagedIndexError } from "../index/segment-pages.ts";
import { wholeExtra } from "../listing/shared-extra.ts";
import { listSources } from "../../record/sources.ts";

/** One thing that was looked at, and what is wrong with it. */
export interface CheckResult {
  readonly check: string;
  /** How much was looked at: rows, pages, images. */
  readonly looked: number;
  /** The first troubles, in words; empty when all is well. */
  readonly troubles: readonly string[];
}

/** Hears how far a check is that takes long. */
export type OnLooked = (progress: { readonly check: string; readonly looked: number; readonly total: number }) => void;

/** Troubles that are told of each check: more of them say no more. */
const TOLD = 10;

/**
 * Looks whether a catalogue is whole: SQLite's own structures, references, what is derived from the images, and that each search
 * index holds what its source's images hold. Changes nothing; memory does not grow with the catalogue.
 */
export function* checkCatalogue(catalogue: Catalogue, onLooked: OnLooked = () => undefined): Generator<CheckResult> {
  const { sqlite } = catalogue;
  yield look("pages and indexes", () => {
    const looked = Number(sqlite.pragma("page_count", { simple: true }));
    const told = sqlite.prepare<[], string>(`PRAGMA integrity_check(${TOLD})`).pluck().all();
    return { looked, troubles: told.filter((trouble) => trouble !== "ok") };
  });
  const countRows = (): number => sqlite.prepare<[], number>("SELECT count(*) FROM images").pluck().get() ?? 0;
  yield look("references", () => {
    const orphans = sqlite.prepare<[], Orphan>("PRAGMA foreign_key_check").all();
    return { looked: countRows(), troubles: orphans.slice(0, TOLD).map(tellOrphan) };
  });
  for (const { what, sql, tell } of RULES) {
    yield look(what, () => {
      const wrong = sqlite.prepare<[], unknown[]>(`${sql} LIMIT ${TOLD}`).raw().all();
      return { looked: countRows(), troubles: wrong.map((row) => tell(...row.map(String))) };
    });
  }
  for (const source of listSources(catalogue)) {
    const check = `search index of ${source.key}`;
    // One of an older release is built anew by the server, or by the next command that needs it.
    if (source.indexFormat < INDEX_FORMAT) continue;
    yield look(check, () => checkIndex(sqlite, source.id, TOLD, (looked, total) => onLooked({ check, looked, total })));
  }
}

/** What cannot be read is a trouble too. */
function look(check: string, at: () => Omit<CheckResult, "check">): CheckResult {
  try {
    return { check, ...at() };
  } catch (error) {
    if (error instanceof DamagedIndexError) return { check, looked: 0, troubles: [`cannot be read: ${error.message}`] };
    if (!(error instanceof Database.SqliteError)) throw error;
    return { check, looked: 0, troubles: [`cannot be read: ${error.message} (${error.code})`] };
  }
}

function tellOrphan({ table, rowid, parent }: Orphan): string {
  return `${table} ${rowid} refers to a missing row of ${parent}`;
}

interface Orphan {
  readonly table: string;
  readonly rowid: number;
  readonly parent: string;
}

interface Rule {
  readonly what: string;
  /** Selects what breaks the rule. */
  readonly sql: string;
  readonly tell: (...columns: string[]) => string;
}

const RULES: readonly Rule[] = [
  {
    what: "image counts",
    sql: `SELECT key, image_count, (SELECT count(*) FROM images WHERE source_id = s.id AND retired_at IS NULL) AS present
      FROM sources s WHERE image_count <> present`,
    tell: (key, told, present) => `${key}: image_count is ${told}, but ${present} images are present`,
  },
  {
    what: "positions",
    sql: "SELECT image_id, source_id FROM images WHERE (position IS NULL) <> (retired_at IS NOT NULL)",
    tell: (image, source) => `${image} of source ${source} is retired with a position, or present without one`,
  },
  {
    what: "families",
    sql: "SELECT image_id, family_id FROM images WHERE family_id NOT IN (SELECT id FROM families)",
    tell: (image, family) => `${image} has no family (${family} is missing)`,
  },
  {
    what: "newest builds",
    sql: `SELECT source_id, family_id, sum(latest) AS newest FROM images WHERE retired_at IS NULL
      GROUP BY source_id, family_id HAVING newest > 1`,
    tell: (source, family, newest) => `family ${family} of source ${source} has ${newest} newest builds`,
  },
  {
    what: "extra as JSON",
    sql: `SELECT image_id, source_id FROM images WHERE NOT json_valid(${wholeExtra("images")}) OR NOT json_valid(keywords)
       OR (shared_id IS NOT NULL AND shared_id NOT IN (SELECT id FROM shared_extras x WHERE x.source_id = images.source_id))`,
    tell: (image, source) => `${image} of source ${source} has invalid JSON in extra or keywords`,
  },
];
