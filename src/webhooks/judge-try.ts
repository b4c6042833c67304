import type { Delivery, Tried } from "../record/webhook-deliveries.ts";
import type { Webhook } from "../record/webhooks.ts";
import { defaultTiming, delayAfter, type HttpTiming, readRetryAfter } from "../providers/transport/http/retry.ts";
import type { PostResult } from "./post-message.ts";

const HOUR_MS = 3_600_000;
/** Waits of 10 s, 20 s, 40 s, … and 6 h, with jitter: sixteen tries take about a day. */
const RETRIES = { tries: 16, baseDelayMs: 10_000, maxDelayMs: 6 * HOUR_MS } as const;
/** The longest `Retry-After` of a receiver that is heeded. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;
const DISABLED_AFTER_MS = 72 * HOUR_MS;
/** The receiver wants no more messages. */
const GONE = 410;

/** Decides what follows from how a try of a delivery ended. `random` is from 0 up to, not including, 1. */
export function judgeTry(
  { isDelivered, status, error, retryAfter }: PostResult,
  {
    delivery,
    webhook,
    at,
    random,
  }: {
    readonly delivery: Pick<Delivery, "attempts">;
    readonly webhook: Pick<Webhook, "failingSince">;
    /** When it ended: ISO 8601. */
    readonly at: string;
    readonly random: () => number;
  },
): Tried {
  if (isDelivered) return { state: "delivered", at, status, error: null, nextTryAt: null, disables: false };
  if (status === GONE)
    return {
      state: "failed",
      at,
      status,
      error: `${error}: the receiver wants no more messages`,
      nextTryAt: null,
      disables: true,
    };
  const now = Date.parse(at);
  const timing: HttpTiming = {
    ...defaultTiming,
    ...RETRIES,
    maxRetryAfterMs: MAX_RETRY_AFTER_MS,
    random,
    now: () => now,
  };
  const wait = delayAfter(delivery.attempts + 1, boundedRetryAfter(retryAfter, now), timing);
  return {
    state: wait === null ? "failed" : "pending",
    at,
    status,
    error,
    nextTryAt: wait === null ? null : new Date(now + wait).toISOString(),
    disables: webhook.failingSince !== null && now - Date.parse(webhook.failingSince) >= DISABLED_AFTER_MS,
  };
}

function boundedRetryAfter(given: string | null, now: number): string | null {
  const asked = given === null ? null : readRetryAfter(given, now);
  return asked === null ? null : String(Math.min(asked, MAX_RETRY_AFTER_MS) / 1000);
}
