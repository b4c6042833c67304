import type { App } from "../app.ts";
import type { Backend } from "../record/backends.ts";
import { runUnderWay } from "../record/runs.ts";
import { CommandError } from "../errors.ts";
import { type AnswerScope, isUnsure, readAnswerScope } from "../http/answering/answer-scope.ts";
import { readStatus } from "../http/answering/catalogue-state.ts";
import { describeMissing, describeProgress, reasonsOf } from "../http/answering/describe-missing.ts";
import { progressOf } from "../http/answering/first-listing.ts";
import { note } from "./print.ts";

/** What an answer about these backends is made from, and what it lacks. */
export function readScope(
  { catalogue, registrar }: Pick<App, "catalogue" | "registrar">,
  backends: readonly Backend[],
  takesPartial: boolean,
): AnswerScope {
  const current = { backends, status: readStatus(catalogue, backends) };
  return readAnswerScope(catalogue, current, registrar.now(), takesPartial);
}

/**
 * Throws (exit code 1) where an answer would say what nobody knows yet; says on standard error how far the listings are.
 * `found` is what is certain.
 */
export function assertSure(app: App, scope: AnswerScope, isEmpty: boolean, found = "nothing found"): void {
  if (!isUnsure(scope, isEmpty)) return;
  const unlisted = scope.missing.filter(({ source }) => source.revision === 0).map(({ source }) => source);
  const progress = unlisted.map((source) => progressOf(app, source));
  const underWay = progress.filter((_, at) => runUnderWay(app.catalogue, unlisted[at]?.id ?? 0));
  for (const one of underWay) note(describeProgress(one));
  const ids = scope.asked.map(({ id }) => id).join(" ");
  const isNew = underWay.length === 0 && progress.some(({ phase }) => phase === "waiting");
  if (isNew && !scope.isReady) throw new CommandError(`${ids} is not listed yet; run: imagedex sync ${ids}`);
  throw new CommandError(`${ids}: ${describeMissing(scope, progress, found)} (--partial shows what there is)`);
}

/** A line on standard error: what an answer lacks. */
export function warnMissing({ missing }: AnswerScope): void {
  if (missing.length > 0) note(`warning: this answer is partial; missing: ${reasonsOf(missing)}`);
}
