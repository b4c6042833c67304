import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { getBackend } from "../catalogue/backends.ts";
import { openCatalogue } from "../catalogue/open-catalogue.ts";
import { createSecretBox } from "../catalogue/secret-box.ts";
import { backendsOfSource, pruneSources } from "../catalogue/sources.ts";
import { createLog } from "../log.ts";
import type { ImageProvider } from "../providers/provider.ts";
import { createListingMemory } from "./listing-memory.ts";
import { openProvider } from "./register-backend.ts";
import { syncSource } from "./sync-source.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./worker-messages.ts";

/*
 * The thread of the heavy part: SDKs, parsing, mapping, writing. Searches on the main thread keep their speed.
 */

/** Listings under way at once: one waits for its cloud while the other is read. */
const AT_ONCE = 2;

/** The thread's niceness: a fifth of what a search gets of a core that both want. */
const NICENESS = 7;

const settings: WorkerSettings = workerData;
const log = createLog(settings.logLevel);
const stop = new AbortController();
const memory = createListingMemory();
const waiting: Extract<ToWorker, { kind: "sync" }>[] = [];
let running = 0;

// Only Linux gives each thread a priority of its own; elsewhere this would slow the searches as well.
if (process.platform === "linux") setPriority(NICENESS);

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind === "sync") waiting.push(message);
  else if (message.kind === "prune") prune();
  else stop.abort(new Error("the process is stopping"));
  startNext();
});

function startNext(): void {
  if (stop.signal.aborted) waiting.length = 0;
  if (stop.signal.aborted && running === 0) parentPort?.close();
  const next = running < AT_ONCE ? waiting.shift() : undefined;
  if (!next) return;
  running++;
  void sync(next).finally(() => {
    running--;
    startNext();
  });
}

async function sync({ runId, sourceId, run, acceptShrink }: Extract<ToWorker, { kind: "sync" }>): Promise<void> {
  const now = (): string => new Date().toISOString();
  const deadline = new AbortController();
  const given = setTimeout(
    () => deadline.abort(new Error(`not listed within ${minutesOf(settings.deadlineMs)}`)),
    settings.deadlineMs,
  );
  try {
    const outcome = await syncSource({
      file: settings.file,
      runId,
      kind: run,
      sourceId,
      providers: openProviders(sourceId),
      memory,
      keepChanges: settings.keepChanges,
      limits: { maxShrink: settings.maxShrink, acceptShrink },
      signal: AbortSignal.any([stop.signal, deadline.signal]),
      now,
      log: log.child({ run: runId }),
      onProgress: (progress) => tell({ kind: "progress", progress }),
    });
    tell({ kind: "end", runId, outcome });
  } catch (error) {
    log.error({ err: error, run: runId }, "sync could not be recorded");
    tell({
      kind: "end",
      runId,
      outcome: { outcome: "failed", reason: error instanceof Error ? error.message : String(error) },
    });
  } finally {
    clearTimeout(given);
  }
}

function minutesOf(ms: number): string {
  return `${Number((ms / 60_000).toPrecision(2))} minutes`;
}

function openProviders(sourceId: number): ImageProvider[] {
  using catalogue = openCatalogue(settings.file);
  const box = createSecretBox(settings.secretKey);
  return backendsOfSource(catalogue, sourceId).map((id) =>
    openProvider({ catalogue, box, limits: settings.limits }, getBackend(catalogue, id)),
  );
}

function prune(): void {
  using catalogue = openCatalogue(settings.file);
  const removed = pruneSources(catalogue);
  if (removed > 0) log.info({ removed }, "removed sources that no backend shows");
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}
