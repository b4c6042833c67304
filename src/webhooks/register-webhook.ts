import { randomUUID } from "node:crypto";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import type { Record } from "../record/record.ts";
import { listWebhooks, type Webhook } from "../record/webhooks.ts";
import { BadRequestError } from "../errors.ts";
import {
  type AddressLimits,
  assertAllowedHost,
  RefusedAddressError,
} from "../providers/transport/http/guard-address.ts";
import { prepareQuery } from "../search/term/image-query.ts";
import { type SavedSearch, writeSavedSearch } from "./saved-search.ts";
import { createSecret, isSecret, SECRET_EXPECTED } from "./secret.ts";

/** Every commit checks each webhook, so their number is limited. */
const MOST_PER_BACKEND = 100;

export interface WebhookRegistrar {
  readonly catalogue: Catalogue;
  readonly record: Record;
  readonly box: SecretBox;
  readonly limits: AddressLimits;
  readonly now: () => string;
}

export interface WebhookFields extends SavedSearch {
  readonly backendId: string;
  readonly url: string;
  /** One is made when it is not given. */
  readonly secret?: string | undefined;
}

/**
 * Checks and stores a webhook; its secret is never shown again. Throws NotFoundError without its backend, or BadRequestError
 * naming the field at fault.
 */
export async function addWebhook(
  { catalogue, record, box, limits, now }: WebhookRegistrar,
  { backendId, url, secret = createSecret(), ...search }: WebhookFields,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  assertUrl(url, limits);
  if (!isSecret(secret)) throw new BadRequestError(`secret: ${SECRET_EXPECTED}`, "secret");
  const createdAt = now();
  // Reads the term, and throws if it cannot be searched for.
  prepareQuery(search.query, createdAt);
  if (listWebhooks(catalogue, backendId).length >= MOST_PER_BACKEND)
    throw new BadRequestError(`url: the backend has ${MOST_PER_BACKEND} webhooks already; remove one first`, "url");
  const row = { id: `wh_${randomUUID().replaceAll("-", "")}`, backendId, url, createdAt, ...writeSavedSearch(search) };
  return { webhook: await record.insertWebhook(row, secret, box), secret };
}

function assertUrl(text: string, limits: AddressLimits): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new BadRequestError("url: expected an http or https address, such as https://example.org/hook", "url");
  if (url.username || url.password || url.hash)
    throw new BadRequestError("url: expected an address without user, password and fragment", "url");
  try {
    assertAllowedHost(url, limits);
  } catch (error) {
    if (!(error instanceof RefusedAddressError)) throw error;
    throw new BadRequestError(`url: ${error.message}`, "url", { cause: error });
  }
}
