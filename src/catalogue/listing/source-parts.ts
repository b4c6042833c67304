import { and, asc, inArray, isNotNull, ne } from "drizzle-orm";
import type { Catalogue } from "../file/open-catalogue.ts";
import type { RunCode } from "../file/run-codes.ts";
import { sourceParts } from "../file/schema.ts";

/** A part of a source that the last listing went without. */
export interface FailedSourcePart {
  readonly part: string;
  readonly reason: RunCode;
  /** One line for people. */
  readonly message: string;
}

/** The parts that a listing met: each is in one of the two. */
export interface ListedParts {
  readonly listed: readonly string[];
  readonly failed: readonly FailedSourcePart[];
}

/** A part whose images are older than the last listing, or missing. */
export interface PartOutOfReach {
  readonly sourceId: number;
  readonly part: string;
  /** ISO 8601: when it was last listed; null: never. */
  readonly listedAt: string | null;
  readonly code: RunCode;
  readonly error: string;
}

/** The parts that the last listings of these sources could not reach. Those refused by permission are outside the view. */
export function partsOutOfReach({ orm }: Catalogue, sourceIds: readonly number[]): PartOutOfReach[] {
  return orm
    .select()
    .from(sourceParts)
    .where(
      and(
        inArray(sourceParts.sourceId, [...sourceIds]),
        isNotNull(sourceParts.code),
        ne(sourceParts.code, "forbidden"),
      ),
    )
    .orderBy(asc(sourceParts.sourceId), asc(sourceParts.part))
    .all()
    .map(({ code, error, ...part }) => ({ ...part, code: code ?? "bug", error: error ?? "" }));
}

/** Notes which parts a full listing had and which not. Parts that it did not meet are gone. Call inside a transaction. */
export function recordParts({ sqlite }: Catalogue, sourceId: number, parts: ListedParts, now: string): void {
  const met = new Set([...parts.listed, ...parts.failed.map(({ part }) => part)]);
  const known = sqlite.prepare<[number], string>("SELECT part FROM source_parts WHERE source_id = ?").pluck();
  const remove = sqlite.prepare<[number, string]>("DELETE FROM source_parts WHERE source_id = ? AND part = ?");
  for (const part of known.all(sourceId)) if (!met.has(part)) remove.run(sourceId, part);
  const noteListed = sqlite.prepare<[number, string, string]>(
    `INSERT INTO source_parts (source_id, part, listed_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET listed_at = excluded.listed_at, code = NULL, error = NULL`,
  );
  for (const part of parts.listed) noteListed.run(sourceId, part, now);
  const noteFailed = sqlite.prepare<[number, string, string, string]>(
    `INSERT INTO source_parts (source_id, part, code, error) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET code = excluded.code, error = excluded.error`,
  );
  for (const { part, reason, message } of parts.failed) noteFailed.run(sourceId, part, reason, message);
}

/** Notes that all parts of a source are as they were. Call inside a transaction. */
export function recordPartsUnchanged({ sqlite }: Catalogue, sourceId: number, now: string): void {
  sqlite
    .prepare("UPDATE source_parts SET listed_at = ?, code = NULL, error = NULL WHERE source_id = ?")
    .run(now, sourceId);
}
