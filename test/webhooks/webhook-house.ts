import { createLocalRecord } from "../../src/record/record.ts";
import type { Backend } from "../../src/record/backends.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { type ChangeKind, CHANGE_KINDS } from "../../src/catalogue/read/read-changes.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { type Delivery, listDeliveries } from "../../src/record/webhook-deliveries.ts";
import { getWebhook, type Webhook } from "../../src/record/webhooks.ts";
import type { MachineImage } from "../../src/image.ts";
import { createLog } from "../../src/log.ts";
import type { AddressLimits } from "../../src/providers/transport/http/guard-address.ts";
import type { ImageQuery } from "../../src/search/term/image-query.ts";
import { addWebhook } from "../../src/webhooks/register-webhook.ts";
import { createWebhookSender, type WebhookSender, type WebhookTuning } from "../../src/webhooks/sender.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

/** A catalogue with one backend, `one`, that was listed once, and what sends for it, at a time that tests move. */
export interface WebhookHouse extends AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly backend: Backend;
  readonly sender: WebhookSender;
  /** Another process that would send as well. */
  readonly rival: WebhookSender;
  /** Milliseconds since 1970. */
  time: number;
  add(url: string, search?: HookSearch): Promise<{ webhook: Webhook; secret: string }>;
  /** Lists the backend anew. */
  list(images: readonly MachineImage[]): void;
  /** The webhook as it is now. */
  webhook(id: string): Webhook;
  deliveries(id: string): Delivery[];
  /** Lets another process take over, as after a stop. */
  restart(): Promise<void>;
  /** Moves the time to the next try, and lets it happen; answers the time that passed, in ms. */
  nextTry(id: string): Promise<number>;
}

export interface HookSearch {
  readonly query?: Partial<ImageQuery>;
  readonly kinds?: readonly ChangeKind[];
  readonly secret?: string;
}

export const FIRST = image("ami-first");

export async function openHouse(
  tuning: WebhookTuning & { limits?: AddressLimits; secretKey?: string } = {},
): Promise<WebhookHouse> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "one");
  const { limits = { allowLinkLocal: false }, secretKey = "a passphrase of the tests, long enough to be one" } = tuning;
  const now = (): string => new Date(house.time).toISOString();
  const box = createSecretBox(secretKey);
  const others = openCatalogue(catalogue.file);
  const record = createLocalRecord(catalogue);
  const open = (connection = catalogue): WebhookSender =>
    createWebhookSender({
      catalogue: connection,
      record: createLocalRecord(connection),
      box,
      limits,
      now,
      log: createLog("silent"),
      tuning: { random: () => 0, ...tuning },
    });
  let sender = open();
  const house: WebhookHouse = {
    catalogue,
    backend,
    get sender() {
      return sender;
    },
    rival: open(others),
    time: Date.now(),
    add: (url, { query, kinds = CHANGE_KINDS, secret } = {}) =>
      addWebhook(
        { catalogue, record, box, limits, now },
        { backendId: "one", url, secret, query: { term: "", match: "words", ...query }, kinds: new Set(kinds) },
      ),
    list: (images) => void commitImages(catalogue, backend, [FIRST, ...images], { now: now() }),
    webhook: (id) => getWebhook(catalogue, "one", id),
    deliveries: (id) => listDeliveries(catalogue, id, 200),
    async restart() {
      await sender[Symbol.asyncDispose]();
      sender = open();
    },
    async nextTry(id) {
      const due = house.deliveries(id).findLast(({ state }) => state === "pending")?.nextTryAt;
      if (!due) throw new Error("nothing waits to be tried");
      const waited = Date.parse(due) - house.time;
      house.time = Date.parse(due);
      await sender.look();
      return waited;
    },
    async [Symbol.asyncDispose]() {
      await sender[Symbol.asyncDispose]();
      await house.rival[Symbol.asyncDispose]();
      others[Symbol.dispose]();
      catalogue[Symbol.dispose]();
    },
  };
  house.list([]);
  return house;
}
