import { ProviderError, type ProviderErrorReason } from "../../errors.ts";
import { RefusedAddressError } from "../transport/http/guard-address.ts";
import { createRedactor } from "../transport/http/redact.ts";
import { MissingCredentialsError } from "./missing-credentials.ts";

/** Which listing failed, for people, and the words that must not be repeated. */
export interface Ec2Place {
  readonly region: string;
  /** The host that is asked. */
  readonly host: string;
  readonly secrets: readonly string[];
}

interface KnownFailure {
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
const FORBIDDEN_CODES = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);
/** No permission helps; AWS's own sentence says what does. */
const ACCOUNT_CODES = new Set(["Blocked", "OptInRequired", "PendingVerification"]);
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
const PASSING_CODES = new Set([
  ...BROKEN_CODES,
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
]);
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

/** What an operator can do about an error of the SDK. `action` is what was not allowed. Says nothing that was secret. */
export function toProviderError(
  error: unknown,
  { region, host, secrets }: Ec2Place,
  action = "ec2:DescribeImages",
): ProviderError {
  const refused = refusalIn(error);
  if (refused) {
    const about = { provider: "ec2", scope: region, reason: "refused-address" as const };
    return new ProviderError(refused.message, about, { cause: refused, calls: 0 });
  }
  // STS was asked for the credentials, and said no.
  if (error instanceof ProviderError) return error;
  const quote = (said: string): string => redact(said, secrets);
  const { reason, message, cause } = findingOf(error, { host, region, action, quote });
  const about = { provider: "ec2", scope: region, reason };
  const calls = reason === "credentials" && !isServiceError(error) ? 0 : attemptsOf(error);
  const said = createRedactor(secrets).redactOwn(message);
  return new ProviderError(said, about, { calls, ...(cause !== undefined && { cause }) });
}

/** Of an answer that was read, and cannot be what EC2 sends. `calls` are those that no page told of. */
export function invalidAnswer(region: string, message: string, calls = 0): ProviderError {
  return new ProviderError(message, { provider: "ec2", scope: region, reason: "invalid-answer" }, { calls });
}

interface Context {
  readonly host: string;
  readonly region: string;
  /** The permission that the question takes. */
  readonly action: string;
  /** What others said, without secrets. */
  readonly quote: (said: string) => string;
}

function findingOf(error: unknown, context: Context): KnownFailure {
  if (!(error instanceof Error)) return { reason: "unreachable", message: `cannot reach ${context.host}` };
  if (error instanceof MissingCredentialsError) {
    return { reason: "credentials", message: `no credentials: ${context.quote(error.message)}` };
  }
  if (isServiceError(error)) return serviceFinding(error, context);
  // The SDK calls a broken connection a time-out too, and takes half an answer for one that cannot be read.
  if (BROKEN_CODES.has(errnoOf(error) ?? ""))
    return unreachable(error, context, `the connection broke, ${errnoOf(error)}`);
  if (error.name === "TimeoutError") return unreachable(error, context, "no answer in time");
  if ("$response" in error) return { reason: "invalid-answer", message: unreadable(error, context) };
  if (/^(CredentialsProvider|TokenProvider|Provider)Error$/.test(error.name)) {
    return { reason: "credentials", message: `no credentials: ${context.quote(firstLine(error))}` };
  }
  return unreachable(error, context, errnoOf(error) ?? context.quote(firstLine(error)));
}

function serviceFinding(error: Error, context: Context): KnownFailure {
  const code = codeOf(error);
  const status = statusOf(error);
  const said = context.quote(firstLine(error));
  const own = said === "" || said === code || /^Unknown(Error)?$/.test(said) ? "" : `: ${said}`;
  if (CREDENTIAL_CODES.has(code) || status === 401) {
    const advice = "check the key pair, and whether its account may use the region";
    return { reason: "credentials", message: `credentials refused (${code})${own}; ${advice}` };
  }
  if (ACCOUNT_CODES.has(code)) return { reason: "forbidden", message: `EC2 refuses the account (${code})${own}` };
  if (FORBIDDEN_CODES.has(code) || (status === 403 && code === UNKNOWN)) {
    return { reason: "forbidden", message: `listing refused (${code}); needs ${context.action}` };
  }
  if (THROTTLING_CODES.has(code) || status === 429) {
    return { reason: "throttled", message: `still throttled after ${attemptsOf(error)} attempts (${code})` };
  }
  if (code === UNKNOWN && own === "") return { reason: "invalid-answer", message: unreadable(error, context) };
  if (status >= 500 && code !== UNKNOWN) {
    return { reason: "invalid-answer", message: `the service failed (${code}, HTTP ${status})${own}` };
  }
  return { reason: "invalid-answer", message: `answered HTTP ${status} (${code})${own}; expected a page of images` };
}

function unreachable(error: Error, { host, region }: Context, why: string): KnownFailure {
  const cause = "$response" in error ? undefined : error;
  // Names of hosts are made of the region's.
  const advice = why === "ENOTFOUND" && host.includes(region) ? `; is ${region} the right region?` : "";
  return { reason: "unreachable", message: `cannot reach ${host} (${why})${advice}`, cause };
}

function unreadable(error: Error, { quote }: Context): string {
  const status = statusOf(error);
  const line = firstLine(error);
  const said = line === "" || /^Unknown(Error)?$/.test(line) ? "" : ` (${quote(line)})`;
  return `answered ${status ? `HTTP ${status} ` : ""}with something that is not EC2's XML${said}`;
}

/** Whether a failure may be over in a moment: throttling, a failing service, a broken connection. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error) || refusalIn(error) || error instanceof MissingCredentialsError) return false;
  if (error instanceof ProviderError) return false;
  const status = statusOf(error);
  if (isServiceError(error)) return status >= 500 || status === 429 || THROTTLING_CODES.has(codeOf(error));
  return status >= 500 || error.name === "TimeoutError" || PASSING_CODES.has(errnoOf(error) ?? "");
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
