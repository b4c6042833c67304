import { z } from "zod";
import { CHANGE_KINDS } from "../catalogue/read-changes.ts";
import { changesShape, count } from "./image-parameters.ts";
import { ADMINS, describePath, json } from "./openapi/api-path.ts";
import { refusals } from "./openapi/refusals.ts";

const DEFAULT_DELIVERIES = 50;

export const webhookFields = z
  .strictObject({
    ...changesShape,
    url: z
      .string("expected an http or https address")
      .trim()
      .max(2000, "expected at most 2000 characters")
      .meta({ description: "where to: an http or https address, no link-local one" }),
    kinds: z
      .array(z.enum(CHANGE_KINDS, `expected one of ${CHANGE_KINDS.join(", ")}`), "expected an array")
      .min(1, `expected one or more of ${CHANGE_KINDS.join(", ")}`)
      .default([...CHANGE_KINDS])
      .meta({
        description: "which changes; all when left out",
        // Generators of clients take a body's member with a default for one that is always there.
        override: ({ jsonSchema }) => {
          delete jsonSchema.default;
        },
      }),
    secret: z
      .string("expected text")
      .optional()
      .meta({ description: "signs what is sent: `whsec_` and Base64 of 24 to 64 bytes; made when left out" }),
  })
  .meta({ id: "NewWebhook", description: "A saved search, and who is told of its changes." });
export const deliveriesParameters = z.strictObject({
  limit: count(1, 200)
    .default(DEFAULT_DELIVERIES)
    .meta({ description: "deliveries to tell of", override: { default: DEFAULT_DELIVERIES } }),
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
  .meta({ id: "Webhook", description: "Who is told of which changes. Its secret never comes back." });
const newWebhook = shownWebhook
  .extend({ secret: z.string().meta({ description: "answered this once" }) })
  .meta({ id: "WebhookWithSecret", description: "A webhook that was just stored." });
const delivery = z
  .object({
    id: z.string().meta({ description: "`webhook-id` of the message" }),
    type: z.enum(["images.changed", "webhook.test"]),
    state: z.enum(["pending", "delivered", "failed"]),
    run_id: z.int().nullable(),
    after: z.int().nullable().meta({ description: "it tells of changes after this id" }),
    until: z.int().nullable().meta({ description: "and up to this one" }),
    changes: z.int().min(0),
    attempts: z.int().min(0),
    created_at: time,
    last_try: time.nullable(),
    next_try: time.nullable(),
    last_status: z.int().nullable().meta({ description: "HTTP status of the last try, where it got one" }),
    last_error: z.string().nullable(),
  })
  .meta({ id: "WebhookDelivery", description: "A message to a webhook, sent or to be sent." });

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
    summary: "The webhooks of a backend, the oldest first",
    responses: {
      "200": { description: "The webhooks.", content: json(z.array(shownWebhook), [WEBHOOK]) },
      ...refusals(404),
    },
  },
  post: {
    ...about,
    operationId: "addWebhook",
    summary: "Tells an address of changes, from now on",
    description:
      "Messages are signed as Standard Webhooks (https://www.standardwebhooks.com) has it, and arrive at least once, in order.",
    requestBody: {
      required: true,
      content: json(webhookFields, { url: WEBHOOK.url, search_term: "ubuntu", kinds: WEBHOOK.kinds }),
    },
    responses: {
      "201": {
        description: "It is stored.",
        headers: z.object({ Location: z.string().meta({ description: "its path" }) }),
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
    summary: "One webhook, and how it fares",
    responses: { "200": { description: "The webhook.", content: json(shownWebhook, WEBHOOK) }, ...refusals(404) },
  },
  delete: {
    ...about,
    operationId: "deleteWebhook",
    summary: "Removes a webhook, and what it has not been sent",
    responses: { "204": { description: "It is gone." }, ...refusals(404) },
  },
});
export const deliveriesPath = describePath("/backends/:backend/webhooks/:webhook/deliveries", {
  get: {
    ...about,
    operationId: "listDeliveries",
    summary: "What a webhook was sent, the newest first",
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
    summary: "Sends a sample now, and says how that went",
    description: "One that arrives enables the webhook; what failed since the last success is sent again.",
    responses: {
      "200": {
        description: "It was tried; `state` says whether it arrived.",
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
