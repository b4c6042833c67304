import { randomUUID } from "node:crypto";
import type { Backend } from "../record/backends.ts";
import type { Run } from "../record/runs.ts";
import type { Delivery } from "../record/webhook-deliveries.ts";
import type { Webhook } from "../record/webhooks.ts";

export interface Message {
  readonly type: Delivery["type"];
  /** When its changes were committed: ISO 8601. */
  readonly at: string;
  readonly webhook: Pick<Webhook, "id">;
  readonly backend: Pick<Backend, "id" | "title">;
  /** Undefined when it was forgotten since. */
  readonly run: Run | undefined;
  /** As JSON. */
  readonly changes: readonly string[];
}

/** A message's body: JSON with `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
export function writeMessage({ type, at, webhook, backend, run, changes }: Message): string {
  const about = {
    webhook_id: webhook.id,
    backend: { id: backend.id, title: backend.title },
    run: run ? { id: run.id, source: run.source, kind: run.kind, started_at: run.startedAt } : null,
  };
  const head = JSON.stringify({ type, timestamp: at, data: about });
  return `${head.slice(0, -2)},"changes":[${changes.join(",")}]}}`;
}

/** A new `webhook-id`: no receiver has seen it before, not even from a catalogue that was restored. */
export function createMessageId(): string {
  return `msg_${randomUUID().replaceAll("-", "")}`;
}
