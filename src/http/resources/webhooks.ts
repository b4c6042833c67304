import { type Request, type Response, Router } from "express";
import { getBackend } from "../../record/backends.ts";
import type { ChangeKind } from "../../catalogue/read/read-changes.ts";
import { type Delivery, listDeliveries } from "../../record/webhook-deliveries.ts";
import { getWebhook, listWebhooks, type Webhook } from "../../record/webhooks.ts";
import { addWebhook } from "../../webhooks/register-webhook.ts";
import { readSavedSearch } from "../../webhooks/saved-search.ts";
import { requireAdmin } from "../../access/access.ts";
import type { HttpContext } from "../answering/http-context.ts";
import { parametersOf, queryOf } from "../reading/image-parameters.ts";
import { readFields } from "../reading/json-body.ts";
import { readParameters } from "../reading/query-string.ts";
import {
  deliveriesParameters,
  deliveriesPath,
  webhookFields,
  webhookPath,
  webhooksPath,
  webhookTestPath,
} from "./webhook-paths.ts";

const EXAMPLE = '{"url":"https://example.org/hook","search_term":"ubuntu"}';

type OfWebhook = Request<{ backend: string; webhook: string }>;

/**
 * `GET|POST /backends/{id}/webhooks`, `GET|DELETE /backends/{id}/webhooks/{webhook_id}`, its `deliveries`, and `test`.
 * For admins only, reading too: the addresses of some receivers are secrets.
 */
export function webhooksRouter({ catalogue, record, registrar, webhooks }: HttpContext): Router {
  const router = Router();
  const find = ({ params }: OfWebhook): Webhook => getWebhook(catalogue, params.backend, params.webhook);
  router.use(webhooksPath.path, requireAdmin);
  router
    .route(webhooksPath.path)
    .get((req, res) => {
      res.json(listWebhooks(catalogue, getBackend(catalogue, req.params.backend).id).map(shownWebhook));
    })
    .post(async (req, res) => {
      const { id: backendId } = getBackend(catalogue, req.params.backend);
      const { url, kinds, secret: given, ...read } = readFields(req, webhookFields, EXAMPLE);
      const fields = { backendId, url, secret: given, query: queryOf(read), kinds: new Set<ChangeKind>(kinds) };
      const { webhook, secret } = await addWebhook(registrar, fields);
      res
        .status(201)
        .location(`/backends/${encodeURIComponent(backendId)}/webhooks/${webhook.id}`)
        .json({ ...shownWebhook(webhook), secret });
    });
  router
    .route(webhookPath.path)
    .get((req: OfWebhook, res: Response) => {
      res.json(shownWebhook(find(req)));
    })
    .delete(async (req: OfWebhook, res: Response) => {
      await record.deleteWebhook(req.params.backend, req.params.webhook);
      res.status(204).end();
    });
  router.get(deliveriesPath.path, (req: OfWebhook, res: Response) => {
    const { limit } = readParameters(req, deliveriesParameters);
    res.json(listDeliveries(catalogue, find(req).id, limit).map(shownDelivery));
  });
  router.post(webhookTestPath.path, async (req: OfWebhook, res: Response) => {
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
