import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { getBackend } from "../catalogue/backends.ts";
import { CHANGE_KINDS, type ChangeKind } from "../catalogue/read-changes.ts";
import { type Delivery, listDeliveries } from "../catalogue/webhook-deliveries.ts";
import { deleteWebhook, getWebhook, listWebhooks, type Webhook } from "../catalogue/webhooks.ts";
import { addWebhook } from "../webhooks/register-webhook.ts";
import { readSavedSearch } from "../webhooks/saved-search.ts";
import { requireAdmin } from "./access.ts";
import type { HttpContext } from "./http-context.ts";
import { changesShape, count, parametersOf, queryOf } from "./image-parameters.ts";
import { readJsonObject } from "./json-body.ts";
import { assertKnown, readQueryString } from "./query-string.ts";

const DEFAULT_DELIVERIES = 50;
const EXAMPLE = '{"url":"https://example.org/hook","search_term":"ubuntu"}';

const webhookFields = z.strictObject({
  ...changesShape,
  url: z.string("expected an http or https address").trim().max(2000, "expected at most 2000 characters"),
  kinds: z
    .array(z.enum(CHANGE_KINDS, `expected one of ${CHANGE_KINDS.join(", ")}`), "expected an array")
    .min(1, `expected one or more of ${CHANGE_KINDS.join(", ")}`)
    .default([...CHANGE_KINDS]),
  secret: z.string("expected text").optional(),
});
const deliveriesParameters = z.strictObject({ limit: count(1, 200).default(DEFAULT_DELIVERIES) });

type OfWebhook = Request<{ backend: string; webhook: string }>;

/**
 * `GET|POST /backends/{id}/webhooks`, `GET|DELETE /backends/{id}/webhooks/{webhook_id}`, its `deliveries`, and `test`.
 * For admins only, reading too: the addresses of some receivers are secrets.
 */
export function webhooksRouter({ catalogue, registrar, webhooks }: HttpContext): Router {
  const router = Router();
  const find = ({ params }: OfWebhook): Webhook => getWebhook(catalogue, params.backend, params.webhook);
  router.use("/backends/:backend/webhooks", requireAdmin);
  router
    .route("/backends/:backend/webhooks")
    .get((req, res) => {
      assertKnown(readQueryString(req), []);
      res.json(listWebhooks(catalogue, getBackend(catalogue, req.params.backend).id).map(shownWebhook));
    })
    .post(async (req, res) => {
      assertKnown(readQueryString(req), []);
      const { id: backendId } = getBackend(catalogue, req.params.backend);
      const { url, kinds, secret: given, ...read } = webhookFields.parse(readJsonObject(req, EXAMPLE));
      const fields = { backendId, url, secret: given, query: queryOf(read), kinds: new Set<ChangeKind>(kinds) };
      const { webhook, secret } = await addWebhook(registrar, fields);
      res
        .status(201)
        .location(`/backends/${encodeURIComponent(backendId)}/webhooks/${webhook.id}`)
        .json({ ...shownWebhook(webhook), secret });
    });
  router
    .route("/backends/:backend/webhooks/:webhook")
    .get((req: OfWebhook, res: Response) => {
      res.json(shownWebhook(find(req)));
    })
    .delete(async (req: OfWebhook, res: Response) => {
      await deleteWebhook(catalogue, req.params.backend, req.params.webhook);
      res.status(204).end();
    });
  router.get("/backends/:backend/webhooks/:webhook/deliveries", (req: OfWebhook, res: Response) => {
    const given = readQueryString(req);
    assertKnown(given, Object.keys(deliveriesParameters.shape));
    const { limit } = deliveriesParameters.parse(given);
    res.json(listDeliveries(catalogue, find(req).id, limit).map(shownDelivery));
  });
  router.post("/backends/:backend/webhooks/:webhook/test", async (req: OfWebhook, res: Response) => {
    res.json(shownDelivery(await webhooks.test(find(req))));
  });
  return router;
}

/** A webhook as it is answered: never its secret. */
function shownWebhook(webhook: Webhook): object {
  const { query, kinds } = readSavedSearch(webhook);
  return {
    id: webhook.id,
    backend_id: webhook.backendId,
    url: webhook.url,
    ...parametersOf(query),
    kinds: [...kinds],
    state: webhook.disabledAt !== null ? "disabled" : webhook.failingSince !== null ? "failing" : "active",
    created_at: webhook.createdAt,
    failing_since: webhook.failingSince,
    disabled_at: webhook.disabledAt,
    last_error: webhook.lastError,
  };
}

function shownDelivery(delivery: Delivery): object {
  return {
    id: delivery.messageId,
    type: delivery.type,
    state: delivery.state,
    run_id: delivery.runId,
    after: delivery.afterChange,
    until: delivery.untilChange,
    changes: delivery.changes,
    attempts: delivery.attempts,
    created_at: delivery.createdAt,
    last_try: delivery.lastTryAt,
    next_try: delivery.nextTryAt,
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
  };
}
