import { networkFailure } from "../providers/transport/http/failure.ts";
import {
  type AddressLimits,
  assertAllowedHost,
  guardedLookup,
  type Resolve,
} from "../providers/transport/http/guard-address.ts";
import { createHttpAgent } from "../providers/transport/http/http-agent.ts";
import { firstOf } from "../providers/transport/http/read-response.ts";
import { createRedactor } from "../providers/transport/http/redact.ts";
import { signMessage } from "./secret.ts";

export interface Post {
  readonly url: string;
  readonly secret: string;
  /** `webhook-id`. */
  readonly id: string;
  readonly body: string;
  /** Of this try: ISO 8601. */
  readonly at: string;
}

/** How a try ended. */
export interface PostResult {
  /** Whether it was answered with 2xx. */
  readonly isDelivered: boolean;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** For people; null when it is delivered. */
  readonly error: string | null;
  /** The answer's `Retry-After`, as it was sent. */
  readonly retryAfter: string | null;
}

export interface PosterOptions {
  readonly limits: AddressLimits;
  /** From connecting to the end of the answer. */
  readonly timeoutMs: number;
  /** How names become addresses, if not by `node:dns`. */
  readonly resolve?: Resolve | undefined;
}

export interface Poster extends AsyncDisposable {
  /** Sends a message once. Follows no redirect. Throws nothing: whatever goes wrong is in the result. */
  post(message: Post, signal: AbortSignal): Promise<PostResult>;
}

/** The body of an answer is not used; longer ones are cut off. */
const MAX_ANSWER_BYTES = 64 * 1024;

export function createPoster({ limits, timeoutMs, resolve }: PosterOptions): Poster {
  const agent = createHttpAgent({ lookup: guardedLookup(limits, resolve), timeout: timeoutMs });
  return {
    async post(message, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const url = new URL(message.url);
      try {
        assertAllowedHost(url, limits);
        const response = await agent.request(url, {
          method: "POST",
          headers: headersOf(message),
          body: message.body,
          signal: deadline,
          // A new connection for every try, so that its address is checked again.
          reset: true,
        });
        const { statusCode: status, headers, body } = response;
        // The status alone counts; a failure in the body does not matter.
        await body.dump({ limit: MAX_ANSWER_BYTES, signal: deadline }).catch(() => undefined);
        return {
          isDelivered: isSuccess(status),
          status,
          error: errorOf(status),
          retryAfter: firstOf(headers["retry-after"]),
        };
      } catch (error) {
        // The path is left out: for some receivers it is a secret.
        const { message: said } = networkFailure(createRedactor([message.secret]), `POST ${url.origin}`, error);
        return { isDelivered: false, status: null, error: said, retryAfter: null };
      }
    },
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
}

function headersOf({ id, at, body, secret }: Post): Record<string, string> {
  const timestamp = Math.floor(Date.parse(at) / 1000);
  return {
    "content-type": "application/json",
    "user-agent": "imagedex",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signMessage(secret, { id, timestamp, body }),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function errorOf(status: number): string | null {
  if (isSuccess(status)) return null;
  const isRedirect = status >= 300 && status < 400;
  return `answered ${status}${isRedirect ? ", a redirect, which is not followed" : ""}`;
}
