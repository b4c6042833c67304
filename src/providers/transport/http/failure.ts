import type { ProviderErrorReason } from "../../../errors.ts";
import { RefusedAddressError } from "./guard-address.ts";
import type { Redactor } from "./redact.ts";

/** How one try ended when it did not bring an answer. */
export interface Failure {
  readonly outcome: "failure";
  readonly reason: ProviderErrorReason;
  readonly message: string;
  readonly mayRetry: boolean;
  /** The `Retry-After` of the answer, as it was sent. */
  readonly retryAfter: string | null;
  readonly cause?: Error;
}

/** A failure that another try would only repeat. */
export function failure(reason: ProviderErrorReason, message: string): Failure {
  return { outcome: "failure", reason, message, mayRetry: false, retryAfter: null };
}

/** Codes of Node and undici for what may pass by itself. An unknown name or a bad certificate will not. */
const PASSING = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** OpenSSL's names of certificates that nobody vouches for. */
const UNTRUSTED = new Set([
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** A server's word, in TLS, that it does not take the client's certificate, or misses one. */
const REFUSED_CERTIFICATE = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host, or this machine has no network: check the address",
  EAI_AGAIN: "the name server does not answer: check this machine's network",
  ECONNREFUSED: "nothing listens there: check address and port",
  ENOENT: "there is no such socket: check its path, and whether the service runs",
};
const CLOSED = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** Of how the server was reached: what an operator can do about a failure depends on it. */
export interface Contact {
  /** Whether a client certificate is shown. */
  readonly showsCertificate: boolean;
  /** Whether the server ever answered. */
  readonly hasAnswered: boolean;
}

function adviceFor(code: string, { showsCertificate, hasAnswered }: Contact): string {
  if (UNTRUSTED.has(code)) {
    return "; the server's certificate is not trusted: give it, or its authority's, as ca_cert or by NODE_EXTRA_CA_CERTS";
  }
  if (REFUSED_CERTIFICATE.test(code))
    return showsCertificate ? "; the server refuses the client certificate" : "; the server wants a client certificate";
  if (code in ADVICE) return `; ${ADVICE[code]}`;
  const isMute = showsCertificate && !hasAnswered && CLOSED.has(code);
  return isMute ? "; perhaps the server refuses the client certificate" : "";
}

/** What `error`, thrown instead of an answer, means for the request that `what` names. */
export function networkFailure(
  redactor: Redactor,
  what: string,
  error: unknown,
  contact: Contact = { showsCertificate: false, hasAnswered: true },
): Failure {
  if (error instanceof RefusedAddressError) {
    return { ...failure("refused-address", `${what}: ${error.message}`), cause: error };
  }
  const code = codeOf(error);
  const message = messageOf(error);
  const said = redactor.redact(message.includes(code) ? message : `${code}: ${message}`);
  const reason = REFUSED_CERTIFICATE.test(code) ? "credentials" : "unreachable";
  return {
    ...failure(reason, `${what}: ${said}${adviceFor(code, contact)}`),
    mayRetry: isTimeout(error) || PASSING.has(code),
    cause: freshError(said, error),
  };
}

/** A new error, since undici's own may carry a part of the answer; with the frames of the one that was thrown, and no more of it. */
function freshError(message: string, thrown: unknown): Error {
  const fresh = new Error(message);
  if (!(thrown instanceof Error)) return fresh;
  const { stack = "" } = thrown;
  const [first = ""] = stack.split("\n    at ", 1);
  // Behind the message alone: a foreign text may look like a frame.
  if (first.endsWith(thrown.message)) fresh.stack = `${String(fresh)}${stack.slice(first.length)}`;
  return fresh;
}

/** Whether the deadline of a try has passed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
