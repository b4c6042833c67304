import { lastRun, runUnderWay } from "../../record/runs.ts";
import type { Source } from "../../record/sources.ts";
import type { HttpContext } from "./http-context.ts";

/** How far the first listing of a source is. */
export interface FirstListing {
  readonly source: string;
  readonly phase: "waiting" | "listing" | "committing" | "failed";
  readonly listed: number;
  readonly error?: string;
}

/** Reads the progress from this process's syncs, or from the rows of another process. */
export function progressOf(
  { catalogue, sync }: Pick<HttpContext, "catalogue" | "sync">,
  { id, key }: Source,
): FirstListing {
  const progress = sync.progress(id);
  if (progress) return { source: key, phase: progress.phase, listed: progress.listed };
  const run = runUnderWay(catalogue, id);
  if (run) return { source: key, phase: run.state === "running" ? "listing" : "waiting", listed: run.listed };
  const last = lastRun(catalogue, id);
  if (last?.state !== "failed" && last?.state !== "refused") return { source: key, phase: "waiting", listed: 0 };
  return { source: key, phase: "failed", listed: 0, error: last.error ?? last.state };
}
