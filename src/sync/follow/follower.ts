import { setTimeout as delay } from "node:timers/promises";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { hasLargeLog, truncateLog } from "../../catalogue/file/truncate-log.ts";
import type { Log } from "../../log.ts";
import { noteContact, readReplica } from "../../catalogue/file/replica.ts";
import { openLink, type RecordLink } from "../../record/postgres/connect.ts";
import { CHANNEL } from "../../record/postgres/write-changes.ts";
import { type Followed, followOnce, type FollowOptions } from "./follow-once.ts";

/** How far a node's file is behind its record. */
export interface FollowNews {
  readonly position: number;
  /** When it was as new as the record, in ms since 1970 by this machine's clock; undefined: not in this process. */
  readonly contactAt: number | undefined;
  /** Why the last look failed; undefined: it did not. */
  readonly trouble: string | undefined;
  /** How often file and record were compared, and how long the last look took, in ms. */
  readonly compared: number;
  readonly tookMs: number;
}

export interface FollowerOptions {
  readonly url: string;
  /** The newest format of the record that this release knows. */
  readonly format: number;
  /** A connection of the follower's own. */
  readonly catalogue: Catalogue;
  readonly now: () => string;
  readonly log: Log;
  readonly tell?: (news: FollowNews) => void;
  readonly tuning?: Partial<FollowTuning> | undefined;
}

export interface FollowTuning {
  /** The record is asked for commits this often, even when no notification came. */
  readonly everyMs: number;
  /** File and record are compared this often. */
  readonly auditMs: number;
}

const TUNING: FollowTuning = { everyMs: 1_000, auditMs: 6 * 3_600_000 };
/** It is asked this often while it cannot be read: a promoted standby is found sooner. */
const RETRY_MS = 250;
/** The file notes this often that it is up to date, even when nothing changed. */
const CONTACT_MS = 30_000;

/** Keeps a node's file up with its record until it is disposed. */
export function startFollower(options: FollowerOptions): AsyncDisposable {
  const { url, log } = options;
  const { everyMs, auditMs } = { ...TUNING, ...options.tuning };
  const stopping = new AbortController();
  const bell = createBell();
  const link = openLink(url, { heard: bell.ring });
  const looks = createLooks(options, link);
  const go = async (): Promise<void> => {
    let auditAt = performance.now() + auditMs;
    let isTold = false;
    while (!stopping.signal.aborted) {
      const isAudit = performance.now() > auditAt;
      if (isAudit) auditAt = performance.now() + auditMs;
      // Without it commits are seen a second later.
      await link.listen(CHANNEL).catch(() => undefined);
      const found = await looks.look({ isAudit, isTold });
      const waitMs = found === "failed" ? Math.min(RETRY_MS, everyMs) : everyMs;
      isTold = found !== "new" && (await bell.wait(waitMs, stopping.signal));
    }
  };
  const going = go().catch((error: unknown) => log.fatal({ err: error }, "following ended"));
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await going;
      await link[Symbol.asyncDispose]();
    },
  };
}

interface Looks {
  look(how: Pick<FollowOptions, "isAudit" | "isTold">): Promise<"new" | "nothing new" | "failed">;
}

function createLooks({ catalogue, format, now, log, tell }: FollowerOptions, link: RecordLink): Looks {
  let contactAt: number | undefined;
  let storedAt = 0;
  let compared = 0;
  let trouble: string | undefined;
  const say = (tookMs: number): void =>
    tell?.({ position: readReplica(catalogue)?.position ?? 0, contactAt, trouble, compared, tookMs });
  const succeed = ({ took, at, hasImages }: Followed, startedAt: number, tookMs: number): void => {
    if (trouble !== undefined) log.info({ position: at.position }, "the record is followed again");
    trouble = undefined;
    contactAt = startedAt;
    if (took === "differences") {
      compared++;
      log.info({ position: at.position, seconds: tookMs / 1000 }, "file and record compared");
    }
    if (took === "none" && startedAt - storedAt < CONTACT_MS) return;
    if (took === "none") noteContact(catalogue, new Date(startedAt).toISOString());
    else if (hasImages && hasLargeLog(catalogue)) truncateLog(catalogue);
    storedAt = startedAt;
  };
  return {
    async look(how) {
      const startedAt = Date.now();
      const began = performance.now();
      try {
        const followed = await followOnce({ link, catalogue, format, now, ...how });
        succeed(followed, startedAt, performance.now() - began);
        say(performance.now() - began);
        return followed.took !== "none" && !how.isAudit ? "new" : "nothing new";
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        if (trouble !== said) log.warn({ err: error }, "the record cannot be followed");
        trouble = said;
        say(performance.now() - began);
        return "failed";
      }
    },
  };
}

interface Bell {
  ring(): void;
  /** Resolves when it rang since the last wait (true), or when the time is up (false). */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
}

function createBell(): Bell {
  let rang = Promise.withResolvers<true>();
  return {
    ring: () => rang.resolve(true),
    async wait(ms, signal) {
      const over = new AbortController();
      const ended = AbortSignal.any([signal, over.signal]);
      const waited = delay(ms, false, { signal: ended }).catch(() => false);
      const didRing = await Promise.race([rang.promise, waited]);
      over.abort();
      rang = Promise.withResolvers<true>();
      return didRing;
    },
  };
}
