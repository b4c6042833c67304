import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openCatalogue } from "../catalogue/open-catalogue.ts";
import { createSecretBox } from "../catalogue/secret-box.ts";
import { deriveAnew } from "../catalogue/derive-anew.ts";
import { createLog } from "../log.ts";
import { createListingMemory } from "./listing-memory.ts";
import { resolveSource } from "./resolve-source.ts";
import { failureOf, timeoutError } from "./run-failure.ts";
import { syncSource } from "./sync-source.ts";
import { tidyCatalogue } from "./tidy-catalogue.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./worker-messages.ts";

/*
 * The thread of the heavy part: SDKs, parsing, mapping, writing. Searches on the main thread keep their speed.
 */

/** Listings under way at once: one waits for its cloud while the other is read. Finds, which somebody waits for, are more. */
const AT_ONCE = 2;

/** Somebody waits for a find, but not for long; while it is under way its source is neither asked nor listed. */
const FIND_DEADLINE_MS = 20_000;

/** The thread's niceness: a fifth of what a search gets of a core that both want. */
const NICENESS = 7;

const settings: WorkerSettings = workerData;
const log = createLog(settings.logLevel);
const stop = new AbortController();
const memory = createListingMemory();
type Sync = Extract<ToWorker, { kind: "sync" }>;
const waiting: Sync[] = [];
const running = new Set<Sync>();

// Only Linux gives each thread a priority of its own; elsewhere this would slow the searches as well.
if (process.platform === "linux") setPriority(NICENESS);

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind === "sync") waiting.push(message);
  else if (message.kind === "tidy") void tidy();
  else stop.abort(new Error("the process is stopping"));
  startNext();
});

function startNext(): void {
  if (stop.signal.aborted) waiting.length = 0;
  if (stop.signal.aborted && running.size === 0) parentPort?.close();
  const listings = [...running].filter(({ run }) => run !== "find").length;
  const at = waiting.findIndex(({ run }) => run === "find" || listings < AT_ONCE);
  const [next] = at < 0 ? [] : waiting.splice(at, 1);
  if (!next) return;
  running.add(next);
  void sync(next).finally(() => {
    running.delete(next);
    startNext();
  });
}

async function sync({ runId, sourceId, run, term, acceptShrink }: Sync): Promise<void> {
  const now = (): string => new Date().toISOString();
  const deadlineMs = run === "find" ? Math.min(FIND_DEADLINE_MS, settings.deadlineMs) : settings.deadlineMs;
  const deadline = new AbortController();
  const given = setTimeout(
    () => deadline.abort(timeoutError(`not ${run === "find" ? "answered" : "listed"} within ${minutesOf(deadlineMs)}`)),
    deadlineMs,
  );
  const signal = AbortSignal.any([stop.signal, deadline.signal]);
  try {
    using catalogue = openCatalogue(settings.file, { mustExist: true });
    const box = createSecretBox(settings.secretKey);
    using resolved = await resolveSource({ ...settings, catalogue, box, runId, sourceId, signal, now, log });
    await deriveAnew(catalogue, resolved.sourceId, now());
    const outcome = await syncSource({
      file: settings.file,
      runId,
      kind: run,
      term,
      sourceId: resolved.sourceId,
      providers: resolved.providers,
      memory,
      keepChanges: settings.keepChanges,
      limits: { maxShrink: settings.maxShrink, acceptShrink },
      signal,
      now,
      log: log.child({ run: runId }),
      onProgress: (progress) => tell({ kind: "progress", progress }),
    });
    tell({ kind: "end", runId, outcome });
  } catch (error) {
    log.error({ err: error, run: runId }, "sync could not be recorded");
    tell({ kind: "end", runId, outcome: failureOf(error, signal, settings.file) });
  } finally {
    clearTimeout(given);
  }
}

function minutesOf(ms: number): string {
  return `${Number((ms / 60_000).toPrecision(2))} minutes`;
}

/** One at a time: they work on the same rows. */
let tidying: Promise<void> = Promise.resolve();

function tidy(): Promise<void> {
  const now = new Date().toISOString();
  return (tidying = tidying.then(() => tidyCatalogue({ ...settings, now, signal: stop.signal, log })));
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}
