import { setTimeout as delay } from "node:timers/promises";
import { type Catalogue, catalogueVersion } from "../catalogue/file/open-catalogue.ts";
import { lockFile } from "../catalogue/file/process-lock.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import type { Record } from "../record/record.ts";
import type { Delivery } from "../record/webhook-deliveries.ts";
import { readWebhookSecret, type Webhook, webhookAgenda } from "../record/webhooks.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { AddressLimits, Resolve } from "../providers/transport/http/guard-address.ts";
import { createLanes } from "./lanes.ts";
import { createPoster, type Poster } from "./post-message.ts";
import { bringUpToDate, type SendTools } from "./send-changes.ts";
import { sendTest } from "./send-test.ts";

/** Sends changes to webhooks: at least once, in the order of the journal, one message at a time for each webhook. */
export interface WebhookSender extends AsyncDisposable {
  /**
   * Starts what is due, no matter which process committed it. Call it often: it takes microseconds when nothing is due.
   * Resolves when everything under way has been tried. Does nothing while another process sends for this catalogue.
   */
  look(): Promise<void>;
  /** Sends a test message, once; if it arrives, the webhook is enabled again. Throws NotFoundError if the webhook is gone. */
  test(webhook: Webhook): Promise<Delivery>;
}

/** Values that only tests change. */
export interface WebhookTuning {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly random?: () => number;
  readonly resolve?: Resolve;
}

export interface WebhookSenderOptions {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly box: SecretBox;
  readonly limits: AddressLimits;
  /** Whether this process sends; by default the first process that opened the file does. */
  readonly turn?: { isOurs(): boolean } | undefined;
  readonly now: () => string;
  readonly log: Log;
  readonly tuning?: WebhookTuning | undefined;
}

const TIMEOUT_MS = 10_000;
/** Messages under way at a time, of all webhooks. */
const AT_ONCE = 4;
/** Tries under way when the process is told to stop may take this long; what is cut off is sent again. */
const GRACE_MS = 3_000;
/** How often to check whether another process still sends. */
const LOCK_EVERY_MS = 2_000;
/** Later than any time. */
const NEVER = "~";

/** Nothing is sent before the first look. */
export function createWebhookSender({
  catalogue,
  record,
  box,
  limits,
  turn: given,
  now,
  log,
  tuning = {},
}: WebhookSenderOptions): WebhookSender {
  const { timeoutMs = TIMEOUT_MS, graceMs = GRACE_MS, random = Math.random, resolve } = tuning;
  const poster = createPoster({ limits, timeoutMs, resolve, log });
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  const own = createTurn(`${catalogue.file}-webhooks.lock`);
  const turn = given ?? own;
  const signals = { stopping: stopping.signal, givingUp: givingUp.signal };
  const post = createPost({ catalogue, box, now, poster, givingUp: givingUp.signal });
  const sending: SendTools = { catalogue, record, now, log, random, lanes: createLanes(AT_ONCE), post, ...signals };
  let seen = "";
  let lookedAt = "";
  let nextTry = NEVER;

  const start = (id: string): void => {
    const going = bringUpToDate(sending, id).finally(() => {
      underWay.delete(id);
      // Changes may have been committed since its last step.
      seen = "";
    });
    underWay.set(id, going);
  };
  const startDue = (): void => {
    const version = catalogueVersion(catalogue);
    const at = now();
    const isSetBack = at < lookedAt;
    lookedAt = at;
    if (version === seen && at < nextTry && !isSetBack) return;
    const agenda = webhookAgenda(catalogue, at);
    const due = agenda.filter(({ dueAt }) => dueAt <= at);
    if (due.length > 0 && !turn.isOurs()) return;
    seen = version;
    nextTry = agenda.reduce((first, { dueAt }) => (dueAt > at && dueAt < first ? dueAt : first), NEVER);
    for (const { id } of due) if (!underWay.has(id)) start(id);
  };
  return {
    async look() {
      if (!stopping.signal.aborted) startDue();
      await Promise.all(underWay.values());
    },
    test: (webhook) => sendTest(sending, webhook),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await endWithin(graceMs, Promise.all(underWay.values()), givingUp);
      await poster[Symbol.asyncDispose]();
      own[Symbol.dispose]();
    },
  };
}

/** Waits for what is under way, but not for long. */
async function endWithin(graceMs: number, ended: Promise<unknown>, givingUp: AbortController): Promise<void> {
  await Promise.race([ended, delay(graceMs, undefined, { ref: false })]);
  givingUp.abort();
  await ended;
}

/** Whether this process sends for a catalogue; once it does, it goes on. */
function createTurn(file: string): Disposable & { isOurs(): boolean } {
  let lock: Disposable | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    isOurs() {
      if (!lock && performance.now() - askedAt > LOCK_EVERY_MS) {
        askedAt = performance.now();
        lock = lockFile(file);
      }
      return lock !== undefined;
    },
    [Symbol.dispose]: () => lock?.[Symbol.dispose](),
  };
}

function createPost({
  catalogue,
  box,
  now,
  poster,
  givingUp,
}: Pick<WebhookSenderOptions, "catalogue" | "box" | "now"> & {
  poster: Poster;
  givingUp: AbortSignal;
}): SendTools["post"] {
  return async (webhook, message) => {
    try {
      const secret = readWebhookSecret(catalogue, webhook, box);
      return await poster.post({ ...message, url: webhook.url, secret, at: now() }, givingUp);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { isDelivered: false, status: null, error: error.message, retryAfter: null };
    }
  };
}
