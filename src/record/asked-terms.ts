import { and, desc, eq, isNotNull, isNull, lt, type SQL } from "drizzle-orm";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { askedTerms } from "../catalogue/file/schema.ts";

/** A term that a cloud was asked for. */
export interface AskedTerm {
  readonly term: string;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  /** How many images the cloud found when it last answered; null: it never did. */
  readonly found: number | null;
}

export function askedTerm({ orm }: Catalogue, sourceId: number, term: string): AskedTerm | undefined {
  return orm.select().from(askedTerms).where(isTerm(sourceId, term)).get();
}

/** How many terms a source's cloud was asked for after a moment, up to another: what lies ahead, a clock set back left there. */
export function countAsked({ sqlite }: Catalogue, sourceId: number, after: string, until: string): number {
  const select = "SELECT count(*) FROM asked_terms WHERE source_id = ? AND asked_at > ? AND asked_at <= ?";
  return sqlite.prepare<[number, string, string], number>(select).pluck().get(sourceId, after, until) ?? 0;
}

/** Notes that the cloud is asked for a term. Call inside `write`. */
export function noteAsked({ orm }: Catalogue, sourceId: number, term: string, now: string): void {
  orm
    .insert(askedTerms)
    .values({ sourceId, term, askedAt: now })
    .onConflictDoUpdate({ target: [askedTerms.sourceId, askedTerms.term], set: { askedAt: now } })
    .run();
}

/** Notes how many images a cloud found for a term. */
export function noteFound({ orm }: Catalogue, sourceId: number, term: string, found: number): void {
  orm.update(askedTerms).set({ found }).where(isTerm(sourceId, term)).run();
}

/** Days for which a listing asks for a term again. */
const KEPT_DAYS = 30;
/** A listing asks for no more terms than these. */
const KEPT_TERMS = 200;

/** What a full listing asks its cloud for, and what it leaves out from now on. */
export interface TermsToList {
  readonly kept: readonly string[];
  /** Terms that were answered, but are too old or too many: their images are no longer listed. */
  readonly forgotten: readonly AskedTerm[];
}

/** A term that the cloud never answered is in neither: it found nothing that a listing could lose. */
export function termsToList({ orm }: Catalogue, sourceId: number, now: string): TermsToList {
  const oldest = new Date(Date.parse(now) - KEPT_DAYS * 86_400_000).toISOString();
  const answered = orm
    .select()
    .from(askedTerms)
    .where(and(eq(askedTerms.sourceId, sourceId), isNotNull(askedTerms.found)))
    .orderBy(desc(askedTerms.askedAt), askedTerms.term)
    .all();
  const isKept = (asked: AskedTerm, at: number): boolean => at < KEPT_TERMS && asked.askedAt >= oldest;
  return {
    kept: answered.filter(isKept).map(({ term }) => term),
    forgotten: answered.filter((asked, at) => !isKept(asked, at)),
  };
}

/** Forgets terms, and those that were asked for too long ago without an answer. */
export function forgetTerms({ orm }: Catalogue, sourceId: number, terms: readonly AskedTerm[], now: string): void {
  for (const { term } of terms) orm.delete(askedTerms).where(isTerm(sourceId, term)).run();
  const yesterday = new Date(Date.parse(now) - 86_400_000).toISOString();
  orm
    .delete(askedTerms)
    .where(and(eq(askedTerms.sourceId, sourceId), isNull(askedTerms.found), lt(askedTerms.askedAt, yesterday)))
    .run();
}

function isTerm(sourceId: number, term: string): SQL | undefined {
  return and(eq(askedTerms.sourceId, sourceId), eq(askedTerms.term, term));
}
