import { ProviderError } from "../../../errors.ts";
import type { ProviderLimits } from "../../provider.ts";
import type { TlsIdentity } from "../http/client-certificate.ts";
import { createJsonClient, type JsonClient } from "../http/json-client.ts";
import type { HttpTiming } from "../http/retry.ts";

/** Whom to ask which account it is that the credentials belong to. */
export interface AccountQuestion {
  readonly provider: string;
  /** Region or host, for error messages. */
  readonly scope: string;
  /** Secrets: never part of an error message, and never taken for an account's name. */
  readonly secrets: readonly string[];
  readonly limits: ProviderLimits;
  readonly timing: Partial<HttpTiming>;
  readonly signal: AbortSignal;
  readonly identity?: TlsIdentity | undefined;
  /** A Unix socket to go to instead of the hosts that URLs name. */
  readonly socketPath?: string | undefined;
}

/** A listing waits for the answer, but can do without it. */
const SHORT_PATIENCE = { tries: 2, timeoutMs: 10_000, maxRetryAfterMs: 5_000 };

const MAX_LENGTH = 200;

/**
 * The account that `ask` finds, for `ImageProvider.identify`. Undefined where the credentials may not ask, and where the
 * answer cannot be a name. Throws a ProviderError where the cloud does not answer.
 */
export async function askAccount(
  { timing, secrets, ...question }: AccountQuestion,
  ask: (client: JsonClient) => Promise<string | undefined>,
): Promise<string | undefined> {
  await using client = createJsonClient({ ...question, secrets, timing: { ...timing, ...SHORT_PATIENCE } });
  try {
    const account = await ask(client);
    return account !== undefined && isName(account, secrets) ? account : undefined;
  } catch (error) {
    if (error instanceof ProviderError && error.reason === "forbidden") return undefined;
    throw error;
  }
}

function isName(account: string, secrets: readonly string[]): boolean {
  return account !== "" && account.length <= MAX_LENGTH && !secrets.some((secret) => account.includes(secret));
}
