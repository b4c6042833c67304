import type { buildConnector } from "undici";
import { abortError } from "./abort-error.ts";
import { ProviderError, type ProviderErrorReason } from "../../../errors.ts";
import type { ProviderLimits } from "../../provider.ts";
import { type TlsIdentity, tlsOptions } from "./client-certificate.ts";
import type { Failure } from "./failure.ts";
import { guardedLookup, type Resolve } from "./guard-address.ts";
import { createHttpAgent } from "./http-agent.ts";
import type { JsonAnswer } from "./read-response.ts";
import { createRedactor } from "./redact.ts";
import { defaultTiming, delayAfter, type HttpTiming } from "./retry.ts";
import { type JsonRequest, type Sending, sendOnce } from "./send-once.ts";

/** Speaks JSON with one cloud for the length of one listing. */
export interface JsonClient extends AsyncDisposable {
  /**
   * Sends a request, and again after a time-out, a broken connection, 429 or 5xx, waiting in between.
   * Answers any 2xx that holds JSON. Throws a ProviderError for everything else, with the status as
   * `UnexpectedStatusError` in its cause; an AbortError once the listing is aborted.
   */
  send(request: JsonRequest): Promise<JsonAnswer>;
  /** Requests sent since this was last asked, retries included. */
  takeCalls(): number;
  /** From now on no error message contains `secret`. */
  hide(secret: string): void;
  /** Foreign text for messages, without the secrets that may be in it. */
  quote(said: string): string;
  /**
   * A ProviderError about this listing, which says how many calls were not taken yet. Of its message, what others said has to
   * be quoted: our own words are left as they are, because a blot in them would tell that a secret is one of them.
   */
  error(reason: ProviderErrorReason, message: string, cause?: unknown): ProviderError;
}

export interface JsonClientOptions {
  readonly provider: string;
  /** Region or host, for error messages. */
  readonly scope: string;
  readonly limits: ProviderLimits;
  readonly signal: AbortSignal;
  /** Secrets: never part of an error message. */
  readonly secrets?: readonly string[];
  readonly timing?: Partial<HttpTiming>;
  /** No answer is read beyond this many bytes; 64 MiB by default. */
  readonly maxAnswerBytes?: number;
  /** How names become addresses, if not by `node:dns`. */
  readonly resolve?: Resolve;
  /** Our client certificate, and which servers are trusted, if not all that the system trusts. */
  readonly identity?: TlsIdentity | undefined;
  /** A Unix socket to go to instead of the hosts that URLs name. */
  readonly socketPath?: string | undefined;
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A message may quote what a server sent, and goes into the catalogue's runs. */
const MAX_MESSAGE_LENGTH = 1000;

/** Opens no connection before the first request. Dispose it, or its sockets stay open. */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { provider, scope, limits, signal, maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  const redactor = createRedactor(options.secrets);
  const sending: Sending = {
    agent: createHttpAgent(connectorOf(options)),
    limits,
    signal,
    timing: { ...defaultTiming, ...options.timing },
    maxAnswerBytes,
    redactor,
    showsCertificate: options.identity?.client !== undefined,
    calls: 0,
    hasAnswered: false,
  };
  const error: JsonClient["error"] = (reason, message, cause) => {
    const { calls } = sending;
    const said = redactor.redactOwn(message).slice(0, MAX_MESSAGE_LENGTH);
    return new ProviderError(said, { provider, scope, reason }, { calls, ...(cause !== undefined && { cause }) });
  };
  return {
    send: (request) => sendPatiently(sending, request, error),
    takeCalls() {
      const { calls } = sending;
      sending.calls = 0;
      return calls;
    },
    hide: (secret) => redactor.hide(secret),
    quote: (said) => redactor.redact(said),
    error,
    [Symbol.asyncDispose]: () => sending.agent[Symbol.asyncDispose](),
  };
}

function connectorOf(options: JsonClientOptions): buildConnector.BuildOptions {
  const { limits, resolve, identity = limits.trust, socketPath } = options;
  return {
    lookup: guardedLookup(limits, resolve),
    ...(identity && tlsOptions(identity)),
    ...(socketPath !== undefined && { socketPath }),
  };
}

async function sendPatiently(
  sending: Sending,
  request: JsonRequest,
  toError: JsonClient["error"],
): Promise<JsonAnswer> {
  const { signal, timing } = sending;
  for (let tried = 1; ; tried++) {
    throwIfAborted(signal);
    const result = await sendOnce(sending, request);
    throwIfAborted(signal);
    if (result.outcome === "answer") return result.answer;
    const delay = result.mayRetry ? delayAfter(tried, result.retryAfter, timing) : null;
    if (delay === null) throw toError(result.reason, messageOf(result, tried), result.cause);
    await sleep(delay, sending);
  }
}

function messageOf({ message, retryAfter }: Failure, tried: number): string {
  const tries = tried > 1 ? ` (tried ${tried} times)` : "";
  return message + tries + (retryAfter === null ? "" : ` (Retry-After: ${retryAfter.slice(0, 40)})`);
}

async function sleep(ms: number, { timing, signal }: Sending): Promise<void> {
  try {
    await timing.sleep(ms, signal);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}
