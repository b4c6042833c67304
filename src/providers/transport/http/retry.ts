import { setTimeout as wait } from "node:timers/promises";

/** How long a client waits and how often it tries. Tests pass a clock of their own. */
export interface HttpTiming {
  /** For one try, connecting and body included, in ms. */
  readonly timeoutMs: number;
  /** Tries in all, the first one included. */
  readonly tries: number;
  /** Before the second try, in ms; it doubles with every further one. */
  readonly baseDelayMs: number;
  /** No back-off is longer, in ms. */
  readonly maxDelayMs: number;
  /** A `Retry-After` beyond this many ms is not waited for: the request fails. */
  readonly maxRetryAfterMs: number;
  /** Resolves after `ms`; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const defaultTiming: HttpTiming = {
  timeoutMs: 60_000,
  tries: 5,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 300_000,
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  random: Math.random,
  now: Date.now,
};

/**
 * The ms to wait after the failed try number `tried` (from 1), or null when there is to be no further try.
 * A `Retry-After` is never undercut; without one the wait doubles from try to try, its half at random, so that
 * clients which failed together do not come back together.
 */
export function delayAfter(tried: number, retryAfter: string | null, timing: HttpTiming): number | null {
  if (tried >= timing.tries) return null;
  const asked = retryAfter === null ? null : readRetryAfter(retryAfter, timing.now());
  if (asked !== null) return asked > timing.maxRetryAfterMs ? null : asked + timing.random() * timing.baseDelayMs;
  const backOff = Math.min(timing.baseDelayMs * 2 ** (tried - 1), timing.maxDelayMs);
  return backOff / 2 + (timing.random() * backOff) / 2;
}

/** In seconds: no wait is that long (31 years), but every moment since 2001 is that far from 1970. */
const EARLIEST_MOMENT = 1_000_000_000;

/**
 * The ms that a `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3), or as Docker Hub says it, by the Unix time
 * of the moment (https://github.com/docker/hub-feedback/issues/2459); null when it is none of these.
 */
export function readRetryAfter(value: string, now: number): number | null {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    const seconds = Number(text);
    return seconds < EARLIEST_MOMENT ? seconds * 1000 : Math.max(0, seconds * 1000 - now);
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
