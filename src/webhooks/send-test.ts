import { getBackend } from "../record/backends.ts";
import { runsWithIds } from "../record/runs.ts";
import { sourcesOf } from "../record/sources.ts";
import type { Delivery } from "../record/webhook-deliveries.ts";
import type { Webhook } from "../record/webhooks.ts";
import { findChanges } from "../search/find/find-changes.ts";
import { shownChange } from "../search/answer/shown-change.ts";
import { createMessageId, writeMessage } from "./message.ts";
import { readSavedSearch } from "./saved-search.ts";
import type { SendTools } from "./send-changes.ts";

/**
 * Sends a test message to a webhook, once: with the newest change that it would send, if there is one. If it arrives, the
 * webhook is enabled, and what failed since its last success is tried again. Throws NotFoundError if the webhook is gone.
 */
export function sendTest(sending: SendTools, webhook: Webhook): Promise<Delivery> {
  const { catalogue, record, now, post, lanes } = sending;
  return lanes(webhook.id, async () => {
    const backend = getBackend(catalogue, webhook.backendId);
    const { query, kinds } = readSavedSearch(webhook);
    const { changes } = await findChanges(catalogue, query, {
      sourceIds: () => sourcesOf(catalogue, backend.id).map(({ id }) => id),
      after: 0,
      since: "",
      before: Number.MAX_SAFE_INTEGER,
      kinds,
      limit: 1,
      now: now(),
    });
    const [run] = runsWithIds(
      catalogue,
      changes.map(({ runId }) => runId),
    );
    const sample = changes.map((change) => JSON.stringify(shownChange(change)));
    const message = {
      id: createMessageId(),
      body: writeMessage({ type: "webhook.test", at: now(), webhook, backend, run, changes: sample }),
    };
    const { isDelivered, status, error } = await post(webhook, message);
    const at = now();
    const delivery = await record.insertTest({
      webhookId: webhook.id,
      messageId: message.id,
      changes: changes.length,
      state: isDelivered ? "delivered" : "failed",
      createdAt: at,
      lastTryAt: at,
      lastStatus: status,
      lastError: error,
    });
    if (isDelivered) await record.reviveWebhook(webhook.id, at);
    return delivery;
  });
}
