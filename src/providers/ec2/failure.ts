import { ProviderError, type ProviderErrorReason } from "../../errors.ts";
import { RefusedAddressError } from "../transport/guard-address.ts";
import { createRedactor } from "../transport/redact.ts";

/** Which listing failed, for people, and the words that must not be repeated. */
export interface Ec2Place {
  readonly region: string;
  /** The host that is asked; undefined for AWS's own. */
  readonly host: string | undefined;
  readonly secrets: readonly string[];
}

interface Finding {
  readonly reason: ProviderErrorReason;
  readonly message: string;
  /** Kept only where nothing of the answer is in it: an endpoint may echo what was sent. */
  readonly cause?: Error | undefined;
}

const CREDENTIAL_CODES = new Set([
  "AuthFailure",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSecurityToken",
  "InvalidSecurity",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotAuthorized",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const FORBIDDEN_CODES = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "Blocked",
  "OptInRequired",
  "PendingVerification",
  "UnauthorizedOperation",
]);
const THROTTLING_CODES = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);
const BROKEN_CODES = new Set(["ECONNRESET", "EPIPE"]);
/** EC2's "the specified pagination token is not valid or is expired" goes by either name. */
const TOKEN_CODES = new Set(["InvalidNextToken", "InvalidPaginationToken"]);

/** Whether an answer to a request that carried a page token says that the token is no good any more. */
export function isExpiredToken(error: unknown): boolean {
  if (!isServiceError(error)) return false;
  const code = codeOf(error);
  return TOKEN_CODES.has(code) || (code.startsWith("InvalidParameter") && /token/i.test(error.message));
}

/** Requests that ended in `error`, retries included. */
export function attemptsOf(error: unknown): number {
  const attempts = metadataOf(error)["attempts"];
  return typeof attempts === "number" ? attempts : 1;
}

/** What an operator can do about an error of the SDK. Says nothing that was secret. */
export function toProviderError(error: unknown, { region, host, secrets }: Ec2Place): ProviderError {
  const refused = refusalIn(error);
  if (refused) {
    const about = { provider: "ec2", scope: region, reason: "refused-address" as const };
    return new ProviderError(refused.message, about, { cause: refused, calls: 0 });
  }
  const { reason, message, cause } = findingOf(error, host ?? "EC2");
  const about = { provider: "ec2", scope: region, reason };
  const calls = reason === "credentials" && !isServiceError(error) ? 0 : attemptsOf(error);
  return new ProviderError(redact(message, secrets), about, { calls, ...(cause !== undefined && { cause }) });
}

/** Of an answer that was read, and cannot be what EC2 sends. `calls` are those that no page told of. */
export function invalidAnswer(region: string, message: string, calls = 0): ProviderError {
  return new ProviderError(message, { provider: "ec2", scope: region, reason: "invalid-answer" }, { calls });
}

function findingOf(error: unknown, host: string): Finding {
  if (!(error instanceof Error)) return { reason: "unreachable", message: `cannot reach ${host}` };
  if (isServiceError(error)) return serviceFinding(error);
  // The SDK calls a broken connection a time-out too, and takes half an answer for one that cannot be read.
  if (BROKEN_CODES.has(errnoOf(error) ?? ""))
    return unreachable(error, host, `the connection broke, ${errnoOf(error)}`);
  if (error.name === "TimeoutError") return unreachable(error, host, "no answer in time");
  if ("$response" in error) return { reason: "invalid-answer", message: unreadable(error) };
  if (/^(CredentialsProvider|TokenProvider|Provider)Error$/.test(error.name)) {
    return { reason: "credentials", message: `no credentials: ${firstLine(error)}` };
  }
  return unreachable(error, host, errnoOf(error) ?? firstLine(error));
}

function serviceFinding(error: Error): Finding {
  const code = codeOf(error);
  const status = statusOf(error);
  if (CREDENTIAL_CODES.has(code) || status === 401) {
    const advice = "check the key pair, and whether its account may use the region";
    return { reason: "credentials", message: `credentials refused (${code}); ${advice}` };
  }
  if (FORBIDDEN_CODES.has(code) || (status === 403 && code === UNKNOWN)) {
    return { reason: "forbidden", message: `listing refused (${code}); needs ec2:DescribeImages` };
  }
  if (THROTTLING_CODES.has(code) || status === 429) {
    return { reason: "throttled", message: `still throttled after ${attemptsOf(error)} attempts (${code})` };
  }
  if (status >= 500 && code !== UNKNOWN) {
    return { reason: "invalid-answer", message: `the service failed (${code}, HTTP ${status}): ${firstLine(error)}` };
  }
  const expectation = "expected a page of images";
  return {
    reason: "invalid-answer",
    message: `answered HTTP ${status} (${code}): ${firstLine(error)}; ${expectation}`,
  };
}

function unreachable(error: Error, host: string, why: string): Finding {
  const cause = "$response" in error ? undefined : error;
  return { reason: "unreachable", message: `cannot reach ${host} (${why})`, cause };
}

function unreadable(error: Error): string {
  const status = statusOf(error);
  return `answered ${status ? `HTTP ${status}` : ""} with something that is not EC2's XML (${firstLine(error)})`;
}

const UNKNOWN = "no code";

/** The error code of an answer; what does not look like one is not repeated. */
function codeOf(error: Error): string {
  const name: unknown = error.name;
  const code = typeof name === "string" ? name.replace(/^(Client|Server)\./, "") : "";
  return /^[A-Za-z][\w.:-]{2,79}$/.test(code) && !["Error", "Unknown", "NotFound"].includes(code) ? code : UNKNOWN;
}

function isServiceError(error: unknown): error is Error & { readonly $fault: unknown } {
  return error instanceof Error && "$fault" in error;
}

function statusOf(error: Error): number {
  const status = metadataOf(error)["httpStatusCode"];
  return typeof status === "number" ? status : 0;
}

function metadataOf(error: unknown): { readonly [name: string]: unknown } {
  if (!(error instanceof Error) || !("$metadata" in error)) return {};
  const metadata = error.$metadata;
  return typeof metadata === "object" && metadata !== null ? { ...metadata } : {};
}

function errnoOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function refusalIn(error: unknown): RefusedAddressError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof RefusedAddressError) return at;
  }
  return undefined;
}

function firstLine(error: Error): string {
  return (String(error.message).split("\n")[0] ?? "").slice(0, 200);
}

/** Access key ids of the credential chain are unknown here, but have a shape. */
function redact(text: string, secrets: readonly string[]): string {
  return createRedactor(secrets)
    .redact(text)
    .replaceAll(/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, "[secret]")
    .replaceAll(/\b(Credential|Signature)=[^,\s&]+/g, "$1=[secret]");
}
