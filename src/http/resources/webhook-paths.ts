import { z } from "zod";
import { CHANGE_KINDS } from "../../catalogue/read/read-changes.ts";
import { changesShape, count } from "../reading/image-parameters.ts";
import { ADMINS, describePath, json } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";

const DEFAULT_DELIVERIES = 50;

export const webhookFields = z
  .strictObject({
    ...changesShape,
    url: z
      .string("expected an http or https address")
      .trim()
      .max(2000, "expected at most 2000 characters")
      .meta({ description: "where to send: an http or https address, not a link-local one" }),
    kinds: z
      .array(z.enum(CHANGE_KINDS, `expected one of ${CHANGE_KINDS.join(", ")}`), "expected an array")
      .min(1, `expected one or more of ${CHANGE_KINDS.join(", ")}`)
      .default([...CHANGE_KINDS])
      .meta({
        description: "which changes to send; default: all",
        // Client generators treat a body's member with a default as required.
        override: ({ jsonSchema }) => {
          delete jsonSchema.default;
        },
      }),
    secret: z
      .string("expected text")
      .optional()
      .meta({ description: "signs the messages: `whsec_` and Base64 of 24 to 64 bytes; default: generated" }),
  })
  .meta({ id: "NewWebhook", description: "A saved search, and the address that its changes are sent to." });
export const deliveriesParameters = z.strictObject({
  limit: count(1, 200)
    .default(DEFAULT_DELIVERIES)
    .meta({ description: "number of deliveries", override: { default: DEFAULT_DELIVERIES } }),
});

const time = z.iso.datetime();
const shownWebhook = z
  .object({
    id: z.string(),
    backend_id: z.string(),
    url: z.string(),
    ...z.object(changesShape).partial().shape,
    kinds: z.array(z.enum(CHANGE_KINDS)),
    state: z
      .enum(["active", "failing", "disabled"])
      .meta({ description: "`disabled`: nothing is sent until a test arrives" }),
    created_at: time,
    failing_since: time.nullable(),
    disabled_at: time.nullable(),
    last_error: z.string().nullable(),
  })
  .meta({ id: "Webhook", description: "A webhook. Answers never contain its secret, except the first." });
const newWebhook = shownWebhook
  .extend({ secret: z.string().meta({ description: "shown only this once" }) })
  .meta({ id: "WebhookWithSecret", description: "A new webhook." });
const delivery = z
  .object({
    id: z.string().meta({ description: "`webhook-id` of the message" }),
    type: z.enum(["images.changed", "webhook.test"]),
    state: z.enum(["pending", "delivered", "failed"]),
    run_id: z.int().nullable(),
    after: z.int().nullable().meta({ description: "it has changes after this id" }),
    until: z.int().nullable().meta({ description: "and up to this id" }),
    changes: z.int().min(0),
    attempts: z.int().min(0),
    created_at: time,
    last_try: time.nullable(),
    next_try: time.nullable(),
    last_status: z.int().nullable().meta({ description: "HTTP status of the last try, if there was an answer" }),
    last_error: z.string().nullable(),
  })
  .meta({ id: "WebhookDelivery", description: "A message to a webhook, sent or waiting." });

const WEBHOOK = {
  id: "wh_762c47e5e5594f25af7d3c06298141fd",
  backend_id: "ireland",
  url: "https://example.org/hook",
  search_term: "ubuntu",
  match: "words",
  kinds: ["added", "retired"],
  state: "active",
  created_at: "2026-11-01T09:00:00.000Z",
  failing_since: null,
  disabled_at: null,
  last_error: null,
};
const DELIVERY = {
  id: "msg_84b5243d40804fb894090a886dbbd4af",
  type: "images.changed",
  state: "delivered",
  run_id: 17,
  after: 4700,
  until: 4711,
  changes: 3,
  attempts: 1,
  created_at: "2026-11-01T03:17:39.000Z",
  last_try: "2026-11-01T03:17:40.000Z",
  next_try: null,
  last_status: 204,
  last_error: null,
};
const about = { tags: ["Webhooks"], security: ADMINS } as const;

export const webhooksPath = describePath("/backends/:backend/webhooks", {
  get: {
    ...about,
    operationId: "listWebhooks",
    summary: "Lists the webhooks of a backend, oldest first",
    responses: {
      "200": { description: "The webhooks.", content: json(z.array(shownWebhook), [WEBHOOK]) },
      ...refusals(404),
    },
  },
  post: {
    ...about,
    operationId: "addWebhook",
    summary: "Adds a webhook",
    description:
      "Sends new changes to an address. Messages are signed (Standard Webhooks, https://www.standardwebhooks.com) and arrive at least once and in order.",
    requestBody: {
      required: true,
      content: json(webhookFields, { url: WEBHOOK.url, search_term: "ubuntu", kinds: WEBHOOK.kinds }),
    },
    responses: {
      "201": {
        description: "The webhook is stored.",
        headers: z.object({ Location: z.string().meta({ description: "path of the webhook" }) }),
        content: json(newWebhook, { ...WEBHOOK, secret: "whsec_f6wlvFVqdKVpjvMP30Tr4tuE6A6oDkGU+c9HtOlW6VM=" }),
      },
      ...refusals(404),
    },
  },
});
export const webhookPath = describePath("/backends/:backend/webhooks/:webhook", {
  get: {
    ...about,
    operationId: "readWebhook",
    summary: "Shows a webhook and its state",
    responses: { "200": { description: "The webhook.", content: json(shownWebhook, WEBHOOK) }, ...refusals(404) },
  },
  delete: {
    ...about,
    operationId: "deleteWebhook",
    summary: "Removes a webhook and its waiting messages",
    responses: { "204": { description: "The webhook is removed." }, ...refusals(404) },
  },
});
export const deliveriesPath = describePath("/backends/:backend/webhooks/:webhook/deliveries", {
  get: {
    ...about,
    operationId: "listDeliveries",
    summary: "Lists the deliveries of a webhook, newest first",
    requestParams: { query: deliveriesParameters },
    responses: {
      "200": { description: "The deliveries.", content: json(z.array(delivery), [DELIVERY]) },
      ...refusals(404),
    },
  },
});
export const webhookTestPath = describePath("/backends/:backend/webhooks/:webhook/test", {
  post: {
    ...about,
    operationId: "testWebhook",
    summary: "Sends a test message now",
    description: "A test that arrives enables the webhook, and sends again what failed since the last success.",
    responses: {
      "200": {
        description: "The test was sent; `state` says whether it arrived.",
        content: json(delivery, {
          ...DELIVERY,
          type: "webhook.test",
          run_id: null,
          after: null,
          until: null,
          changes: 0,
        }),
      },
      ...refusals(404),
    },
  },
});
