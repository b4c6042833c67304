import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { createLog } from "../log.ts";
import { nameSourceLines } from "../source-lines.ts";
import { isInTheWay, LISTING_BOUNDS, nextListing, reasonToEnd } from "./listing-places.ts";
import { createListingMemory } from "./listing-memory.ts";
import { SYNC_NICENESS } from "./niceness.ts";
import { timeoutError } from "./run-failure.ts";
import { openLocalHouse, type SyncHouse } from "./sync-house.ts";
import { runSync, startSync, type SyncUnderWay } from "./sync-under-way.ts";
import { tidyCatalogue } from "./tidy-catalogue.ts";
import type { FromWorker, Sync, ToWorker, WorkerStart } from "./worker-messages.ts";

/* The thread for the heavy work: SDKs, parsing, mapping, writing. It keeps the main thread free for searches. */

/** How often to check which listings wait for their clouds and which may start, in ms. */
const LOOK_MS = 250;

/** A thread without work holds memory; starting one takes a fifth of a second. */
const IDLE_MS = 5_000;

nameSourceLines();
const settings: WorkerStart = workerData;
const log = createLog(settings.logLevel);
const stop = new AbortController();
const house = openHouse(settings);
const memory = createListingMemory(settings.remembered, (listing) => tell({ kind: "remember", listing }));
const bounds = { ...LISTING_BOUNDS, ...settings.listings };
const waiting: Sync[] = [];
const running = new Set<SyncUnderWay>();
let looking: NodeJS.Timeout | undefined;
let lookedAt = 0;
let heard = 0;
let tidyings = 0;
let resting: NodeJS.Timeout | undefined;

// Only Linux gives each thread a priority of its own; elsewhere this would slow the searches as well.
if (process.platform === "linux") setPriority(SYNC_NICENESS);

parentPort?.on("message", (message: ToWorker) => {
  heard++;
  if (message.kind === "sync") waiting.push(message);
  else if (message.kind === "tidy") void tidy();
  else stop.abort(new Error("the process is stopping"));
  startNext();
});

function startNext(): void {
  if (stop.signal.aborted) waiting.length = 0;
  if (stop.signal.aborted && running.size === 0) void end();
  for (let next = takeNext(); next; next = takeNext()) start(next);
  if (waiting.length + running.size === 0) {
    clearInterval(looking);
    looking = undefined;
  } else {
    looking ??= startLooking();
  }
  rest();
}

/** Offers to end after a while without work; the main thread knows whether more is coming. */
function rest(): void {
  clearTimeout(resting);
  if (waiting.length + running.size + tidyings > 0 || stop.signal.aborted) return;
  resting = setTimeout(() => tell({ kind: "idle", heard }), settings.idleMs ?? IDLE_MS);
}

/** A find needs no place, since somebody waits for it and it ends soon. */
function takeNext(): Sync | undefined {
  const next =
    waiting.find(({ run }) => run === "find") ??
    nextListing(
      waiting,
      listings().map(({ place }) => place),
      performance.now(),
      bounds,
    );
  if (next) waiting.splice(waiting.indexOf(next), 1);
  return next;
}

function start(message: Sync): void {
  const sync = startSync(message, stop.signal);
  running.add(sync);
  void run(sync).finally(() => {
    running.delete(sync);
    startNext();
  });
}

async function run(sync: SyncUnderWay): Promise<void> {
  const { recordOf, locks, store } = await house;
  await runSync(sync, { settings, recordOf, locks, store, memory, log, tell });
}

function listings(): SyncUnderWay[] {
  return [...running].filter(({ message }) => message.run !== "find");
}

function startLooking(): NodeJS.Timeout {
  lookedAt = performance.now();
  return setInterval(look, LOOK_MS);
}

function look(): void {
  const now = performance.now();
  excuse(now - lookedAt - LOOK_MS);
  lookedAt = now;
  const places = listings().map(({ place }) => place);
  for (const { place, deadline } of listings()) {
    const reason = reasonToEnd(place, isInTheWay(place, waiting, places, bounds), now, bounds);
    if (reason !== undefined) deadline.abort(timeoutError(reason));
  }
  startNext();
}

/** While the thread was busy, for example with a commit, no listing could make progress. */
function excuse(late: number): void {
  if (late < LOOK_MS) return;
  for (const { place } of running) {
    place.workedAt += late;
    place.heardAt += late;
  }
}

/** One at a time: they work on the same rows. */
let tidying: Promise<void> = Promise.resolve();

async function tidy(): Promise<void> {
  const now = new Date().toISOString();
  tidyings++;
  await (tidying = tidying.then(() => tidyIn(now)));
  tidyings--;
  rest();
}

async function tidyIn(now: string): Promise<void> {
  const { recordOf, store } = await house;
  await tidyCatalogue({ ...settings, recordOf, store, now, signal: stop.signal, log });
}

async function openHouse({ file, node }: WorkerStart): Promise<SyncHouse> {
  if (!node) return openLocalHouse(file);
  const { openNodeHouse } = await import("./follow/node-house.ts");
  return openNodeHouse(file, node);
}

async function end(): Promise<void> {
  await tidying;
  await (await house)[Symbol.asyncDispose]();
  parentPort?.close();
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}
