import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../../errors.ts";
import type { Log, LogLevel } from "../../log.ts";
import { type Catalogue, openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { lockFile } from "../../catalogue/file/process-lock.ts";
import { readReplica } from "../../catalogue/file/replica.ts";
import { isOutOfReach, openLink } from "../../record/postgres/connect.ts";
import { openLeases } from "../../record/postgres/leases.ts";
import { newestFormat, type OpenedRecord, openRecord } from "../../record/postgres/open-record.ts";
import { catchUp, openRecordWriter, waitForPosition } from "../../record/postgres/postgres-record.ts";
import type { Record } from "../../record/record.ts";
import type { SourceLocks } from "../source-lock.ts";
import type { NodeSettings } from "../worker-messages.ts";
import { startFollowThread } from "./follow-thread.ts";
import type { FollowNews, FollowTuning } from "./follower.ts";
import { createLeaseTurn, type LeaseTurn } from "./lease-turn.ts";
import { createNodeLocks } from "./node-locks.ts";
import { openReplica } from "./open-replica.ts";

/** One server of several that share a record. */
export interface Node extends AsyncDisposable {
  /** For the sync thread. */
  readonly settings: NodeSettings;
  readonly record: Record;
  readonly locks: SourceLocks;
  /** Who sends to webhooks. */
  readonly webhooks: LeaseTurn;
  status(): NodeStatus;
  /** Resolves when the file is at least as new as a position of the record. Rejects with BusyError when that takes too long. */
  reached(position: number, ms: number): Promise<void>;
}

/** How a node stands to its record. */
export interface NodeStatus {
  readonly position: number;
  /** Since the file was last known to be as new as the record, in ms. */
  readonly lagMs: number;
  /** More than IMAGEDEX_MAX_LAG. */
  readonly isTooOld: boolean;
  /** Why the record cannot be followed now; undefined: it can. */
  readonly trouble: string | undefined;
  readonly compared: number;
  readonly tookMs: number;
  readonly isSendingWebhooks: boolean;
  /** How much this machine's clock is ahead of PostgreSQL's, in ms; undefined: not asked. */
  readonly clockAheadMs: number | undefined;
}

export interface NodeOptions {
  readonly url: string;
  readonly file: string;
  readonly secretKey: string;
  /** Seconds. */
  readonly maxLag: number;
  readonly logLevel: LogLevel;
  readonly log: Log;
  readonly tuning?: Partial<FollowTuning> | undefined;
}

/** A larger difference between the clocks is reported. */
const CLOCK_MS = 5_000;
/** A new file is filled before the first request is answered. */
const FILL_MS = 30 * 60_000;
/** The file should have what another node has just listed within this time. */
const CATCH_UP_MS = 60_000;
/** How often a process checks whether another one of this machine still follows. */
const LOCK_EVERY_MS = 1_000;

/**
 * Opens a node's file and keeps it up with its record. A node that was filled before starts without the record, and says how old it
 * is. Throws ConfigError where record or file cannot be used.
 */
export async function openNode(options: NodeOptions): Promise<Node> {
  const { url, file, log } = options;
  const opened = await openRecordOrKnown(options);
  const { catalogue, anew } = openReplica(file, opened.id);
  if (anew === "exported") log.info({ file }, "the node starts from an exported file");
  else if (anew) log.info({ file, because: anew }, "the node's file is made from the record");
  const { clockAheadMs } = opened;
  if (clockAheadMs !== undefined && Math.abs(clockAheadMs) > CLOCK_MS)
    log.warn({ seconds: Math.round(clockAheadMs / 1000) }, "this machine's clock differs from PostgreSQL's");
  const settings = { url, format: opened.format };
  const [link, leasing] = [openLink(url), openLink(url)];
  const leases = openLeases(leasing);
  const writer = openRecordWriter({ link, file, format: opened.format });
  const webhooks = createLeaseTurn(leases, "webhooks");
  const watch = watchNews(options, catalogue);
  const following = followWhenFree(options, settings, watch.hear);
  const dispose = async (): Promise<void> => {
    await webhooks[Symbol.asyncDispose]();
    await writer[Symbol.asyncDispose]();
    await following[Symbol.asyncDispose]();
    await leases[Symbol.asyncDispose]();
    for (const one of [link, leasing]) await one[Symbol.asyncDispose]();
    catalogue[Symbol.dispose]();
  };
  try {
    if (opened.clockAheadMs !== undefined) await catchUp(link, catalogue, FILL_MS);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    settings,
    record: writer,
    locks: createNodeLocks(file, leases, () => catchUp(leasing, catalogue, CATCH_UP_MS)),
    webhooks,
    status: () => ({
      ...watch.status(),
      // Asked for by few, while each request asks how old the file is.
      get position() {
        return readReplica(catalogue)?.position ?? 0;
      },
      clockAheadMs,
      isSendingWebhooks: webhooks.isHeld(),
    }),
    reached: (position, ms) => waitForPosition(catalogue, position, ms),
    [Symbol.asyncDispose]: dispose,
  };
}

type KnownRecord = Omit<OpenedRecord, "clockAheadMs"> & { readonly clockAheadMs: number | undefined };

/** What a file follows is known without the record, too. */
async function openRecordOrKnown({ url, file, secretKey, log }: NodeOptions): Promise<KnownRecord> {
  try {
    return await openRecord(url, secretKey);
  } catch (error) {
    const known = error instanceof ConfigError && isOutOfReach(error.cause) ? peek(file) : undefined;
    if (known === undefined) throw error;
    log.warn({ err: error }, "started without the record");
    return { id: known, format: newestFormat(), clockAheadMs: undefined };
  }
}

/** The record that a file follows; undefined before it holds anything of one. */
function peek(file: string): string | undefined {
  try {
    using catalogue = openCatalogue(file, { mustExist: true, replica: "guarded" });
    const known = readReplica(catalogue);
    return known && known.position > 0 ? known.record : undefined;
  } catch {
    return undefined;
  }
}

interface NewsWatch {
  hear(news: FollowNews): void;
  status(): Omit<NodeStatus, "position" | "clockAheadMs" | "isSendingWebhooks">;
}

function watchNews({ maxLag }: NodeOptions, catalogue: Catalogue): NewsWatch {
  const openedAt = performance.now();
  const stored = Date.parse(readReplica(catalogue)?.contactAt ?? "");
  // Before the first contact of this process, what the file says of the last one counts.
  const before = Number.isFinite(stored) ? Math.max(0, Date.now() - stored) : Number.POSITIVE_INFINITY;
  let contactAt = openedAt - before;
  let last: FollowNews | undefined;
  return {
    hear(news) {
      last = news;
      // A jump of the clock makes no file older.
      if (news.trouble === undefined) contactAt = performance.now() - news.tookMs;
    },
    status() {
      const lagMs = performance.now() - contactAt;
      const { trouble, compared = 0, tookMs = 0 } = last ?? {};
      return { lagMs, isTooOld: lagMs > maxLag * 1000, trouble, compared, tookMs };
    },
  };
}

/** One process of a machine follows into a file; another that has it open reads what that one wrote. */
function followWhenFree(
  { file, logLevel, log, tuning }: NodeOptions,
  settings: NodeSettings,
  hear: (news: FollowNews) => void,
): AsyncDisposable {
  const stopping = new AbortController();
  const follow = async (): Promise<void> => {
    let lock: Disposable | undefined;
    while (!stopping.signal.aborted && !(lock = lockFile(`${file}-follow.lock`)))
      await delay(LOCK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (!lock) return;
    const thread = startFollowThread({ ...settings, file, logLevel, tuning }, log, hear);
    await new Promise((resolve) => {
      if (stopping.signal.aborted) resolve(undefined);
      stopping.signal.addEventListener("abort", resolve);
    });
    await thread[Symbol.asyncDispose]();
    lock[Symbol.dispose]();
  };
  const going = follow();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await going;
    },
  };
}
