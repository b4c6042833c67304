import { setTimeout as delay } from "node:timers/promises";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import { type Delivery, pendingDelivery } from "../record/webhook-deliveries.ts";
import { findWebhook, type Webhook } from "../record/webhooks.ts";
import { NotFoundError } from "../errors.ts";
import type { Log } from "../log.ts";
import { judgeTry } from "./judge-try.ts";
import type { Lanes } from "./lanes.ts";
import { findNextDelivery } from "./next-delivery.ts";
import type { PostResult } from "./post-message.ts";

/** What the steps of sending share. */
export interface SendTools {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly now: () => string;
  readonly log: Log;
  readonly lanes: Lanes;
  readonly random: () => number;
  /** Sends once. Throws nothing. */
  readonly post: (webhook: Webhook, message: { readonly id: string; readonly body: string }) => Promise<PostResult>;
  /** Aborted when no new try may begin. */
  readonly stopping: AbortSignal;
  /** Aborted when tries under way are given up. */
  readonly givingUp: AbortSignal;
}

/** How long a webhook pauses after an internal error. */
const PAUSE_MS = 60_000;

/** Sends to a webhook until it is up to date, or a try fails. Never throws. */
export async function bringUpToDate(sending: SendTools, id: string): Promise<void> {
  const { lanes, log, stopping } = sending;
  try {
    for (let goesOn = true; goesOn && !stopping.aborted;) goesOn = await lanes(id, () => takeStep(sending, id));
  } catch (error) {
    if (error instanceof NotFoundError) return;
    log.error({ err: error, webhook: id }, "webhook failed");
    await delay(PAUSE_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Sends the next delivery, or makes one from the journal; false when there is nothing to do now. */
async function takeStep(sending: SendTools, id: string): Promise<boolean> {
  const { catalogue, record, now } = sending;
  const webhook = findWebhook(catalogue, id);
  if (!webhook || webhook.disabledAt !== null) return false;
  const delivery = pendingDelivery(catalogue, id);
  if (delivery) return isDue(delivery, now()) && tryDelivery(sending, webhook, delivery);
  const { cursor, delivery: next } = await findNextDelivery(catalogue, webhook, now());
  if (cursor > webhook.cursor) await record.advanceWebhook({ id, from: webhook.cursor, to: cursor }, next);
  return next !== undefined;
}

/** Whether its next try is due. If its last try lies in the future, the clock was set back. */
function isDue({ nextTryAt, lastTryAt, createdAt }: Delivery, now: string): boolean {
  return (nextTryAt ?? "") <= now || (lastTryAt ?? createdAt) > now;
}

/** Sends a delivery once and notes how that went; false when it was cut off. */
async function tryDelivery(
  { record, now, log, random, post, givingUp }: SendTools,
  webhook: Webhook,
  delivery: Delivery & { readonly body: string },
): Promise<boolean> {
  const result = await post(webhook, { id: delivery.messageId, body: delivery.body });
  if (givingUp.aborted && !result.isDelivered) return false;
  const tried = judgeTry(result, { delivery, webhook, at: now(), random });
  await record.noteTry(delivery, tried);
  const about = { webhook: webhook.id, backend: webhook.backendId, error: tried.error };
  if (tried.state === "failed") log.warn({ ...about, delivery: delivery.messageId }, "webhook delivery failed");
  if (tried.disables) log.warn(about, "webhook disabled");
  return true;
}
