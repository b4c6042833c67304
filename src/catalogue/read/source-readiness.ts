import { countStaged, INDEX_FORMAT } from "../index/index-source.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { runUnderWay } from "../../record/runs.ts";
import { backendsOfSource, type Source } from "../../record/sources.ts";
import { rowsOf } from "../file/statements.ts";

/*
 * Which sources an answer can rely on. A source that was never listed holds nothing, and nobody may take that for "there is none".
 */

/**
 * Why a source is not in an answer. `pending`: its first listing is queued, running, or will be tried again. `forbidden`,
 * `credentials`: the cloud refused. `disabled`: no enabled backend shows it. `failed`: the first listing was given up.
 * `unanswered`: its cloud can only be searched, and did not answer this search.
 */
export const MISSING_CODES = ["pending", "forbidden", "credentials", "disabled", "failed", "unanswered"] as const;
export type MissingCode = (typeof MISSING_CODES)[number];

/** A source that is not in an answer, or a part of one. */
export interface MissingSource {
  readonly source: Source;
  /** The part of the source that was never listed; null: all of it. */
  readonly part: string | null;
  readonly code: MissingCode;
  /** For people. */
  readonly reason: string;
}

export interface SourceReadiness {
  /** Listed at least once, and with a search index of this release. */
  readonly ready: readonly Source[];
  /** The first listing is queued, running, or not given up yet; or the search index is being built. */
  readonly pending: readonly MissingSource[];
  /** Not waited for: refused, disabled, or given up. These stay missing until a listing is committed. */
  readonly missing: readonly MissingSource[];
}

/** A first listing is given up after so many failures, or when it failed and the first try is so long ago. */
const MOST_FAILURES = 3;
const PATIENCE_MS = 15 * 60_000;

/** Tells which of these sources can be answered from at a moment (ISO 8601), and why the others cannot. */
export function readReadiness(catalogue: Catalogue, sources: readonly Source[], now: string): SourceReadiness {
  const ready = sources.filter((source) => isListed(source) && isIndexed(source));
  const others = sources
    .filter((source) => !ready.includes(source))
    .map((source): MissingSource => ({ source, part: null, ...whyMissing(catalogue, source, now) }));
  const missingParts = ready.length === 0 ? [] : unlistedParts(catalogue, ready);
  return {
    ready,
    pending: others.filter(({ code }) => code === "pending"),
    missing: [...others.filter(({ code }) => code !== "pending"), ...missingParts],
  };
}

function isListed({ revision }: Source): boolean {
  return revision > 0;
}

/** An index of an older release is built anew; searches cannot look into that one. */
function isIndexed({ indexFormat }: Source): boolean {
  return indexFormat >= INDEX_FORMAT;
}

interface Tries {
  readonly failures: number;
  /** When the first that failed was begun. */
  readonly firstTry: string | null;
  /** Run ids: the last that the cloud refused, and the last that failed. */
  readonly refused: number | null;
  readonly failed: number | null;
}

// A listing that ended with its process says nothing about the cloud.
const TRIES = `SELECT count(*) AS failures, min(started_at) AS firstTry,
    max(CASE WHEN code IN ('forbidden', 'credentials') THEN id END) AS refused, max(id) AS failed
  FROM runs WHERE source_id = ? AND kind = 'full' AND state IN ('failed', 'refused')
    AND coalesce(code, '') <> 'interrupted' AND coalesce(error, '') NOT LIKE 'interrupted:%'`;

function whyMissing(catalogue: Catalogue, source: Source, now: string): Why {
  if (isListed(source)) return { code: "pending", reason: whyUnindexed(catalogue, source) };
  if (backendsOfSource(catalogue, source.id).length === 0)
    return { code: "disabled", reason: "its backend is disabled" };
  const tries = catalogue.sqlite.prepare<[number], Tries>(TRIES).get(source.id);
  if (!tries || tries.failed === null) return { code: "pending", reason: whyPending(catalogue, source) };
  const isLongAgo = Date.parse(now) - Date.parse(tries.firstTry ?? now) >= PATIENCE_MS;
  const run = readFailure(catalogue, tries.refused ?? tries.failed);
  if (run.code === "forbidden") return { code: "forbidden", reason: `permission refused: ${run.error}` };
  if (run.code === "credentials")
    return { code: "credentials", reason: `credentials missing or refused: ${run.error}` };
  const reason = `failed ${tries.failures === 1 ? "once" : `${tries.failures} times`}: ${run.error}`;
  return { code: tries.failures >= MOST_FAILURES || isLongAgo ? "failed" : "pending", reason };
}

type Why = Pick<MissingSource, "code" | "reason">;

function whyPending(catalogue: Catalogue, { id }: Source): string {
  return runUnderWay(catalogue, id) ? "the first listing is running" : "waiting for its first listing";
}

function whyUnindexed(catalogue: Catalogue, { id, imageCount }: Source): string {
  const share = imageCount === 0 ? 0 : Math.floor((100 * countStaged(catalogue, id)) / imageCount);
  return `its search index is being built after an upgrade: ${Math.min(99, share)} %`;
}

interface ListingFailure {
  readonly code: string | null;
  readonly error: string;
}

function readFailure({ sqlite }: Catalogue, runId: number): ListingFailure {
  const select = "SELECT code, coalesce(error, state) AS error FROM runs WHERE id = ?";
  return sqlite.prepare<[number], ListingFailure>(select).get(runId) ?? { code: null, error: "failed" };
}

interface UnlistedPart {
  readonly sourceId: number;
  readonly part: string;
  readonly code: string;
  readonly error: string | null;
}

/** Parts that are out of reach and never were listed. One that is refused by permission is no part of the view. */
function unlistedParts({ sqlite }: Catalogue, sources: readonly Source[]): MissingSource[] {
  const select = `SELECT source_id AS sourceId, part, code, error FROM source_parts
    WHERE listed_at IS NULL AND code IS NOT NULL AND code <> 'forbidden' ORDER BY source_id, part`;
  return rowsOf<UnlistedPart>(sqlite, select)
    .all()
    .flatMap(({ sourceId, part, code, error }): MissingSource[] => {
      const source = sources.find(({ id }) => id === sourceId);
      const known = code === "credentials" ? code : "failed";
      return source ? [{ source, part, code: known, reason: error ?? code }] : [];
    });
}
