import type { Dispatcher } from "undici";
import type { JsonValue } from "../../../image.ts";
import type { ProviderLimits } from "../../provider.ts";
import { type Failure, failure, networkFailure } from "./failure.ts";
import { assertAllowedHost } from "./guard-address.ts";
import type { HttpAgent } from "./http-agent.ts";
import type { JudgeRefusal } from "./judge-status.ts";
import { firstOf, type JsonAnswer, readResponse } from "./read-response.ts";
import type { Redactor } from "./redact.ts";
import type { HttpTiming } from "./retry.ts";

/** A request that only reads, or that may be sent twice without harm: every one is retried. */
export interface JsonRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** The headers, or what makes them anew for every try: signatures are good for one. */
  readonly headers?: Headers | ((url: URL) => Headers);
  /** Sent as JSON. */
  readonly body?: JsonValue;
  /** Sent as an HTML form, as token endpoints of OAuth 2.0 want it; instead of `body`. */
  readonly form?: { readonly [name: string]: string };
  /** Reads the answer's text, of APIs that do not speak JSON. Throws what JSON.parse would. */
  readonly parse?: (text: string) => unknown;
  /** What a refusal means where this API differs from all others. */
  readonly judge?: JudgeRefusal;
}

type Headers = { readonly [name: string]: string };

/** What every try of a client shares. */
export interface Sending {
  readonly agent: HttpAgent;
  readonly limits: ProviderLimits;
  readonly signal: AbortSignal;
  readonly timing: HttpTiming;
  readonly maxAnswerBytes: number;
  readonly redactor: Redactor;
  /** Whether a client certificate is shown. */
  readonly showsCertificate: boolean;
  /** Requests sent since they were last taken. */
  calls: number;
  /** Whether the server ever answered. */
  hasAnswered: boolean;
}

const MAX_REDIRECTS = 5;

/** One try, redirects within the same origin included. Throws nothing: whatever goes wrong is a Failure. */
export async function sendOnce(
  sending: Sending,
  request: JsonRequest,
): Promise<{ readonly outcome: "answer"; readonly answer: JsonAnswer } | Failure> {
  const deadline = AbortSignal.any([sending.signal, AbortSignal.timeout(sending.timing.timeoutMs)]);
  const method = request.method ?? "GET";
  let url = request.url;
  for (let redirects = 0; ; redirects++) {
    const what = `${method} ${sending.redactor.redact(url.origin + url.pathname)}`;
    try {
      assertAllowedHost(url, sending.limits);
      sending.calls++;
      const response = await dispatch(sending, request, url, deadline);
      sending.hasAnswered = true;
      sending.limits.onAnswer?.();
      const target = redirectTarget(response, url);
      if (!target)
        return await readResponse({ ...sending, what, judge: request.judge, parse: request.parse }, response);
      await response.body.dump();
      if (target.origin !== url.origin || method !== "GET" || redirects === MAX_REDIRECTS) {
        const elsewhere = sending.redactor.redact(target.origin + target.pathname);
        return failure("invalid-answer", `${what}: redirects to ${elsewhere}; not followed`);
      }
      url = target;
    } catch (error) {
      return networkFailure(sending.redactor, what, error, sending);
    }
  }
}

function dispatch(
  { agent, timing }: Sending,
  { method = "GET", headers, ...content }: JsonRequest,
  url: URL,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const sent = writeBody(content);
  return agent.request(url, {
    method,
    headers: {
      accept: "application/json",
      "user-agent": "imagedex",
      ...(sent && { "content-type": sent.type }),
      ...(typeof headers === "function" ? headers(url) : headers),
    },
    ...(sent && { body: sent.text }),
    signal,
    // The deadline in `signal` holds for the whole try; undici's own would cut in at five minutes.
    headersTimeout: timing.timeoutMs * 2,
    bodyTimeout: timing.timeoutMs * 2,
  });
}

function writeBody({ body, form }: Pick<JsonRequest, "body" | "form">): { type: string; text: string } | undefined {
  if (form) return { type: "application/x-www-form-urlencoded", text: new URLSearchParams(form).toString() };
  return body === undefined ? undefined : { type: "application/json", text: JSON.stringify(body) };
}

/** Where an answer sends on to, if it does. */
function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData, url: URL): URL | null {
  const location = firstOf(headers["location"]);
  if (statusCode < 300 || statusCode > 399 || location === null) return null;
  return URL.parse(location, url.href);
}
