import type Database from "better-sqlite3";
import type { Catalogue } from "../file/open-catalogue.ts";

/** What a catalogue leaves to the one that takes its place. */
export interface Estate {
  /** Who may ask here: rows of access_tokens. */
  readonly tokens: readonly Record<string, unknown>[];
  /** The highest id that a source ever had: clients keep answers that are named after these ids. */
  readonly lastSource: number;
}

/** Reads it from a catalogue of this version or an older one. */
export function readEstate(sqlite: Database.Database): Estate {
  const tables = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const number = (sql: string): number => Number(sqlite.prepare(sql).pluck().get() ?? 0);
  return {
    tokens: tables.includes("access_tokens")
      ? sqlite.prepare<[], Record<string, unknown>>("SELECT * FROM access_tokens").all()
      : [],
    lastSource: Math.max(
      tables.includes("sources") ? number("SELECT max(id) FROM sources") : 0,
      tables.includes("counters") ? number("SELECT value FROM counters WHERE name = 'source'") : 0,
    ),
  };
}

/** Writes it into the catalogue that takes the place. */
export function takeOver({ sqlite }: Catalogue, { tokens, lastSource }: Estate): void {
  for (const token of tokens) {
    const names = Object.keys(token);
    sqlite
      .prepare(`INSERT INTO access_tokens (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`)
      .run(token);
  }
  sqlite
    .prepare<[number]>(
      `INSERT INTO counters SELECT 'source', max(?, coalesce(max(id), 0)) FROM sources WHERE true
       ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
    )
    .run(lastSource);
}
