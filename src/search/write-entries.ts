import type Database from "better-sqlite3";
import { type AnswerRow, readAnswers } from "../catalogue/read-images.ts";
import type { Placed } from "./merge-sources.ts";
import type { ViewSource } from "./view.ts";

/** What an entry of an answer holds beside `star`, `id`, `name` and `extra`. */
export interface EntryShape {
  /** Adds `backend_id`, in front. */
  readonly withBackend?: boolean;
  /** Adds `publisher`, `trust`, `family`, `latest` and `deprecated_at`, at the end. */
  readonly extended?: boolean;
}

/** The entries as JSON, in their order; the rows of each source are read in one go. */
export function writeEntries(db: Database.Database, placed: readonly Placed[], shape: EntryShape): string[] {
  const positions = new Map<number, number[]>();
  for (const { view, found } of placed) {
    const known = positions.get(view.source.id);
    if (known) known.push(found.position);
    else positions.set(view.source.id, [found.position]);
  }
  const rows = new Map([...positions].map(([sourceId, list]) => [sourceId, readAnswers(db, sourceId, list)]));
  return placed.flatMap(({ view, found }) => {
    const row = rows.get(view.source.id)?.get(found.position);
    return row ? [writeEntry(row, view, shape)] : [];
  });
}

function writeEntry(row: AnswerRow, view: ViewSource, { withBackend, extended }: EntryShape): string {
  const backend = withBackend ? `"backend_id":${JSON.stringify(view.backendId)},` : "";
  const star = view.starred.has(row.imageId);
  const name = JSON.stringify(row.name);
  const more = extended ? `,${writeExtension(row)}` : "";
  return `{${backend}"star":${star},"id":${JSON.stringify(row.imageId)},"name":${name},"extra":${row.extra}${more}}`;
}

function writeExtension({ publisher, trust, family, latest, deprecatedAt }: AnswerRow): string {
  const members = JSON.stringify({ publisher, trust, family, latest: latest === 1, deprecated_at: deprecatedAt });
  return members.slice(1, -1);
}
