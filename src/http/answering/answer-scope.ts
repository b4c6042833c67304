import type { Backend } from "../../record/backends.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { type MissingSource, readReadiness, type SourceReadiness } from "../../catalogue/read/source-readiness.ts";
import { sourcesOf } from "../../record/sources.ts";
import { type CatalogueStatus, type CurrentBackends, readStatus } from "./catalogue-state.ts";

/** What an answer is made from, and what it lacks. */
export interface AnswerScope {
  /** All backends that the request asks. */
  readonly asked: readonly Backend[];
  /** The backends that the answer comes from: the ready ones; with `partial=true` all. */
  readonly backends: readonly Backend[];
  /** `partial` where something is missing. */
  readonly status: CatalogueStatus;
  /** Sources of the asked backends that the answer lacks; those whose first listing is pending come first. */
  readonly missing: readonly MissingSource[];
  /** Whether any backend is ready. True also without any backend: there is nothing to wait for. */
  readonly isReady: boolean;
  /** Whether the request accepts a partial answer (`partial=true`). */
  readonly takesPartial: boolean;
}

/** Backends that lack nothing. A commit makes them be read again; time alone makes nothing missing. */
const whole = new WeakSet<CurrentBackends>();

/** A backend is ready if none of its sources waits for its first listing, and at least one was listed. */
export function readAnswerScope(
  catalogue: Catalogue,
  current: CurrentBackends,
  now: string,
  takesPartial = false,
): AnswerScope {
  const { backends: asked, status } = current;
  if (whole.has(current)) return { asked, backends: asked, status, missing: [], isReady: true, takesPartial };
  const readiness = readReadiness(catalogue, status.sources, now);
  const missing = [...readiness.pending, ...readiness.missing];
  if (missing.length === 0 && (status.sources.length > 0 || asked.length === 0)) {
    whole.add(current);
    return { asked, backends: asked, status, missing, isReady: true, takesPartial };
  }
  const ready = asked.filter(({ id }) => isReady(catalogue, id, readiness));
  const backends = takesPartial || ready.length === asked.length ? asked : ready;
  const shown = backends === asked ? status : readStatus(catalogue, backends);
  const partial = { ...shown, state: "partial" } as const;
  return { asked, backends, status: partial, missing, isReady: ready.length > 0, takesPartial };
}

function isReady(catalogue: Catalogue, backendId: string, { ready, pending }: SourceReadiness): boolean {
  const ids = new Set(sourcesOf(catalogue, backendId).map(({ id }) => id));
  return ready.some(({ id }) => ids.has(id)) && !pending.some(({ source }) => ids.has(source.id));
}

/** The same scope without the sources whose clouds were just searched and did not answer. */
export function withUnanswered(scope: AnswerScope, unanswered: readonly MissingSource[]): AnswerScope {
  if (unanswered.length === 0) return scope;
  return {
    ...scope,
    missing: [...scope.missing, ...unanswered],
    status: { ...scope.status, state: "partial" },
  };
}

/** Whether "nothing found" must not be answered, because something is missing. */
export function isUnsure({ isReady, missing, takesPartial }: AnswerScope, isEmpty: boolean): boolean {
  return !takesPartial && (!isReady || (isEmpty && missing.length > 0));
}

/** Changes whenever what is missing changes. */
export function scopeKey({ status, missing }: AnswerScope): unknown {
  return [status.state, ...missing.map(({ source, part, code }) => [source.id, part, code])];
}
