import type { MissingSource } from "../../catalogue/read/source-readiness.ts";
import type { AnswerScope } from "./answer-scope.ts";
import type { FirstListing } from "./first-listing.ts";

/** A sentence names no more than so many sources. */
const MOST_NAMED = 5;

/**
 * One sentence: why there is no answer, how far the listings are, and what is missing. `found`: what is certain nevertheless.
 */
export function describeMissing(
  { missing, isReady }: Pick<AnswerScope, "missing" | "isReady">,
  progress: readonly FirstListing[],
  found: string,
): string {
  if (isReady) return `${found}; missing: ${reasonsOf(missing)}`;
  const pending = missing.filter(({ code }) => code === "pending");
  if (pending.length > 0 && pending.every(({ source }) => source.revision > 0))
    return `not ready yet: ${reasonsOf(pending)}`;
  const underWay = progress.filter(({ phase, source }) => phase !== "failed" && isAmong(pending, source));
  if (underWay.length > 0)
    return `not listed yet; the first sync is running: ${listOf(underWay.map(describeProgress))}`;
  if (missing.length > 0 && missing.every(({ code }) => code === "disabled")) return "not listed yet, and disabled";
  const failures = progress.flatMap(({ error }) => error ?? []);
  if (failures.length === 0) return `not listed yet: ${reasonsOf(missing)}`;
  return `not listed yet; the last sync failed: ${[...new Set(failures)].slice(0, MOST_NAMED).join("; ")}`;
}

/** `ec2 eu-west-1 public (listing, 42,000 images so far)` */
function describeProgress({ source, phase, listed, error }: FirstListing): string {
  if (phase === "failed") return `${source} (${error ?? "failed"})`;
  const count = listed === 0 ? "" : `, ${listed.toLocaleString("en")} ${listed === 1 ? "image" : "images"} so far`;
  return `${source} (${phase}${count})`;
}

/** `ec2 eu-west-1 public (permission refused: …)`, for each. */
function reasonsOf(missing: readonly MissingSource[]): string {
  return listOf(
    missing.map(({ source, part, reason }) => `${source.key}${part === null ? "" : ` ${part}`} (${reason})`),
  );
}

function isAmong(missing: readonly MissingSource[], key: string): boolean {
  return missing.some(({ source }) => source.key === key);
}

function listOf(texts: readonly string[]): string {
  const rest = texts.length - MOST_NAMED;
  return [...texts.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}
