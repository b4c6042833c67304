import { and, asc, eq, getTableColumns, sql } from "drizzle-orm";
import { NotFoundError } from "../errors.ts";
import { getBackend } from "./backends.ts";
import { newestChange } from "./journal.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { webhookDeliveries, webhooks } from "../catalogue/file/settings-schema.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import { rowsOf } from "../catalogue/file/statements.ts";

/** A webhook as it is stored, without its secret. Times are ISO 8601. */
export interface Webhook {
  readonly id: string;
  readonly backendId: string;
  readonly url: string;
  /** JSON. */
  readonly search: string;
  /** JSON array. */
  readonly kinds: string;
  readonly createdAt: string;
  /** The journal's row up to which all that matches was delivered, or waits as a delivery. */
  readonly cursor: number;
  /** When the first try failed since one succeeded. */
  readonly failingSince: string | null;
  readonly lastError: string | null;
  readonly disabledAt: string | null;
}

export type NewWebhook = Pick<Webhook, "id" | "backendId" | "url" | "search" | "kinds" | "createdAt">;

const { sealedSecret: _, ...withoutSecret } = getTableColumns(webhooks);

/** A webhook as its row is stored. */
export interface SealedWebhook extends NewWebhook {
  readonly sealedSecret: string;
}

/** Call before the transaction: the first key that a process derives takes 50 ms. */
export function sealWebhook(webhook: NewWebhook, secret: string, box: SecretBox): SealedWebhook {
  return { ...webhook, sealedSecret: box.seal(secret, contextOf(webhook.id)) };
}

/**
 * Stores a webhook that tells of what is committed from now on. Throws NotFoundError without its backend. Call inside a
 * transaction.
 */
export function insertWebhook(catalogue: Catalogue, webhook: SealedWebhook): Webhook {
  getBackend(catalogue, webhook.backendId);
  const row = { ...webhook, cursor: newestChange(catalogue) };
  return catalogue.orm.insert(webhooks).values(row).returning(withoutSecret).get();
}

/** A backend's webhooks, oldest first. */
export function listWebhooks({ orm }: Catalogue, backendId: string): Webhook[] {
  return orm
    .select(withoutSecret)
    .from(webhooks)
    .where(eq(webhooks.backendId, backendId))
    .orderBy(asc(webhooks.createdAt), asc(webhooks.id))
    .all();
}

/** Throws NotFoundError; another backend's webhook is not found either. */
export function getWebhook({ orm }: Catalogue, backendId: string, id: string): Webhook {
  const one = and(eq(webhooks.backendId, backendId), eq(webhooks.id, id));
  const webhook = orm.select(withoutSecret).from(webhooks).where(one).get();
  if (!webhook) throw unknownWebhook(backendId, id);
  return webhook;
}

export function findWebhook({ orm }: Catalogue, id: string): Webhook | undefined {
  return orm.select(withoutSecret).from(webhooks).where(eq(webhooks.id, id)).get();
}

/** Removes a webhook, and what waits to be sent to it. Throws NotFoundError. Call inside a transaction. */
export function deleteWebhook({ orm }: Catalogue, backendId: string, id: string): void {
  const one = and(eq(webhooks.backendId, backendId), eq(webhooks.id, id));
  const { changes } = orm.delete(webhooks).where(one).run();
  if (changes === 0) throw unknownWebhook(backendId, id);
}

/** Throws NotFoundError, or ConfigError when it was sealed under another key. */
export function readWebhookSecret({ orm }: Catalogue, { backendId, id }: Webhook, box: SecretBox): string {
  const row = orm.select({ sealed: webhooks.sealedSecret }).from(webhooks).where(eq(webhooks.id, id)).get();
  if (!row) throw unknownWebhook(backendId, id);
  return box.open(row.sealed, contextOf(id));
}

/** When there is something to do for a webhook. */
export interface WebhookAgenda {
  readonly id: string;
  /** When the delivery whose turn it is may be tried; "" for now, or when the journal is to be read on. ISO 8601. */
  readonly dueAt: string;
}

/**
 * The enabled webhooks that are not up to date. Takes microseconds. A try that lies ahead tells that the clock was set
 * back: how long ago it was is not known, and the next one is for now.
 */
export function webhookAgenda({ sqlite }: Catalogue, now: string): WebhookAgenda[] {
  // Of a group, SQLite answers the other columns from the row that has the min().
  return rowsOf<WebhookAgenda>(
    sqlite,
    `SELECT id, iif(noted_at > ?, '', coalesce(next_try_at, '')) AS dueAt FROM (
       SELECT w.id, w.cursor, d.next_try_at, coalesce(d.last_try_at, d.created_at) AS noted_at, min(d.id) AS oldest
       FROM webhooks w LEFT JOIN webhook_deliveries d ON d.webhook_id = w.id AND d.state = 'pending'
       WHERE w.disabled_at IS NULL GROUP BY w.id)
     WHERE oldest IS NOT NULL OR cursor < (SELECT max(id) FROM image_changes)`,
  ).all(now);
}

/**
 * Lets a webhook begin anew: it is enabled, and what could not be delivered since a delivery last succeeded is tried
 * again, from the oldest on. Call inside a transaction.
 */
export function reviveWebhook({ orm }: Catalogue, id: string, now: string): void {
  orm.update(webhooks).set({ disabledAt: null, failingSince: null, lastError: null }).where(eq(webhooks.id, id)).run();
  orm
    .update(webhookDeliveries)
    .set({ state: "pending", attempts: 0, nextTryAt: now })
    .where(
      sql`${webhookDeliveries.webhookId} = ${id} AND ${webhookDeliveries.state} <> 'delivered'
        AND ${webhookDeliveries.type} = 'images.changed' AND ${webhookDeliveries.body} IS NOT NULL`,
    )
    .run();
}

function contextOf(id: string): string {
  return `webhook ${id}`;
}

function unknownWebhook(backendId: string, id: string): NotFoundError {
  return new NotFoundError(`no webhook ${JSON.stringify(id)} in backend ${JSON.stringify(backendId)}`);
}
