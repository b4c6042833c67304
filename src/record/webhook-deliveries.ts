import { and, asc, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { NotFoundError } from "../errors.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { webhookDeliveries, webhooks } from "../catalogue/file/settings-schema.ts";

/** A message to a webhook, sent or to be sent. Times are ISO 8601. */
export interface Delivery {
  readonly id: number;
  readonly webhookId: string;
  readonly messageId: string;
  readonly type: "images.changed" | "webhook.test";
  readonly state: "pending" | "delivered" | "failed";
  readonly runId: number | null;
  /** It carries the journal's matching rows after this one … */
  readonly afterChange: number | null;
  /** … up to this one. */
  readonly untilChange: number | null;
  readonly changes: number;
  readonly attempts: number;
  readonly createdAt: string;
  readonly lastTryAt: string | null;
  readonly nextTryAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

export type NewDelivery = Pick<
  Delivery,
  "messageId" | "runId" | "afterChange" | "untilChange" | "changes" | "createdAt"
> & { readonly body: string };

/** How a try ended, and what follows from it. */
export interface Tried {
  readonly state: Delivery["state"];
  readonly at: string;
  readonly status: number | null;
  /** Null when it succeeded. */
  readonly error: string | null;
  readonly nextTryAt: string | null;
  /** Whether the webhook is sent nothing any more. */
  readonly disables: boolean;
}

/** How many past deliveries of a webhook are kept for people to look at. */
const KEPT = 200;

const { body: _, ...shown } = getTableColumns(webhookDeliveries);

/** A webhook's deliveries, newest first. */
export function listDeliveries({ orm }: Catalogue, webhookId: string, limit: number): Delivery[] {
  return orm
    .select(shown)
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, webhookId))
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit)
    .all();
}

/** The delivery whose turn it is: the oldest that has not ended. */
export function pendingDelivery(
  { orm }: Catalogue,
  webhookId: string,
): (Delivery & { readonly body: string }) | undefined {
  const row = orm
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.state, "pending")))
    .orderBy(asc(webhookDeliveries.id))
    .limit(1)
    .get();
  return row && { ...row, body: row.body ?? "" };
}

/**
 * Moves a webhook's cursor on and, in the same transaction, stores what is to be sent of the journal's rows in between,
 * if anything. Does nothing when the cursor is not where it was, since then somebody else did it; nor when the delivery tells
 * of a source that the backend shows no more: the next look leaves that out. Call inside a transaction.
 */
export function advanceWebhook(
  catalogue: Catalogue,
  { id, from, to }: CursorStep,
  delivery: NewDelivery | undefined,
): void {
  const { orm } = catalogue;
  if (delivery && tellsOfHidden(catalogue, id, delivery)) return;
  const here = and(eq(webhooks.id, id), eq(webhooks.cursor, from));
  const { changes } = orm.update(webhooks).set({ cursor: to }).where(here).run();
  if (changes === 0 || !delivery) return;
  orm
    .insert(webhookDeliveries)
    .values({ ...delivery, webhookId: id, type: "images.changed", state: "pending", nextTryAt: delivery.createdAt })
    .run();
  forgetOldDeliveries(catalogue, id);
}

/** The cursor of a webhook, from one row of the journal to another. */
export interface CursorStep {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Whether the journal's rows of a delivery are of a source that the webhook's backend does not show. */
function tellsOfHidden(
  { sqlite }: Catalogue,
  id: string,
  { runId, afterChange, untilChange }: Pick<NewDelivery, "runId" | "afterChange" | "untilChange">,
): boolean {
  const select = `SELECT EXISTS (SELECT 1 FROM image_changes WHERE id > @afterChange AND id <= @untilChange AND run_id IS @runId
    AND source_id NOT IN (SELECT s.source_id FROM webhooks w JOIN backend_sources s ON s.backend_id = w.backend_id WHERE w.id = @id))`;
  return sqlite.prepare(select).pluck().get({ id, runId, afterChange, untilChange }) === 1;
}

/** Notes how a try of a pending delivery ended, at the delivery and at its webhook. Call inside a transaction. */
export function noteTry(catalogue: Catalogue, { id, webhookId }: Delivery, tried: Tried): void {
  const { orm } = catalogue;
  const isDelivered = tried.state === "delivered";
  orm
    .update(webhookDeliveries)
    .set({
      state: tried.state,
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      lastTryAt: tried.at,
      nextTryAt: tried.nextTryAt,
      lastStatus: tried.status,
      lastError: tried.error,
      ...(isDelivered && { body: null }),
    })
    .where(eq(webhookDeliveries.id, id))
    .run();
  const of = eq(webhooks.id, webhookId);
  if (isDelivered) {
    orm.update(webhooks).set({ failingSince: null, lastError: null }).where(of).run();
    forgetOvertaken(catalogue, webhookId, id);
  } else {
    const failingSince = sql`coalesce(${webhooks.failingSince}, ${tried.at})`;
    orm
      .update(webhooks)
      .set({ failingSince, lastError: tried.error, ...(tried.disables && { disabledAt: tried.at }) })
      .where(of)
      .run();
  }
}

export type TestDelivery = Pick<
  Delivery,
  "webhookId" | "messageId" | "changes" | "state" | "createdAt" | "lastTryAt" | "lastStatus" | "lastError"
>;

/** Notes a test, which is tried once. Throws NotFoundError when the webhook is gone. Call inside a transaction. */
export function insertTest(catalogue: Catalogue, test: TestDelivery): Delivery {
  const { orm } = catalogue;
  if (!orm.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.id, test.webhookId)).get())
    throw new NotFoundError(`no webhook ${JSON.stringify(test.webhookId)}`);
  forgetOldDeliveries(catalogue, test.webhookId);
  return orm
    .insert(webhookDeliveries)
    .values({ ...test, type: "webhook.test", attempts: 1 })
    .returning(shown)
    .get();
}

/** What failed for good is sent no more once something later has arrived: the order of changes is kept. */
function forgetOvertaken({ orm }: Catalogue, webhookId: string, id: number): void {
  orm
    .update(webhookDeliveries)
    .set({ body: null })
    .where(
      sql`${webhookDeliveries.webhookId} = ${webhookId} AND ${webhookDeliveries.id} < ${id}
        AND ${webhookDeliveries.state} = 'failed' AND ${webhookDeliveries.body} IS NOT NULL`,
    )
    .run();
}

function forgetOldDeliveries({ sqlite }: Catalogue, webhookId: string): void {
  sqlite
    .prepare(
      `DELETE FROM webhook_deliveries WHERE webhook_id = @webhookId AND state <> 'pending' AND id <= (
         SELECT id FROM webhook_deliveries WHERE webhook_id = @webhookId ORDER BY id DESC LIMIT 1 OFFSET @kept)`,
    )
    .run({ webhookId, kept: KEPT });
}
