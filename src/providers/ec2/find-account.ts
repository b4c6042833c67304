import type { ProviderLimits } from "../provider.ts";
import { askAccount } from "../transport/auth/ask-account.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { type JudgeRefusal, THROTTLED, WRONG_CREDENTIALS } from "../transport/http/judge-status.ts";
import { untilAborted } from "../transport/http/until-aborted.ts";
import { awsHost } from "./aws-hosts.ts";
import { credentialsOf } from "./credentials.ts";
import { MissingCredentialsError } from "./missing-credentials.ts";
import type { Ec2Options } from "./options.ts";
import { type AwsCredentials, signAwsRequest } from "./sign-request.ts";

const QUESTION = { Action: "GetCallerIdentity", Version: "2011-06-15" };

/** STS refuses keys that it does not know, or that are no good any more, by a 403; nobody lacks the permission to ask. */
const judge: JudgeRefusal = ({ status, body }) => {
  if (/<Code>(Throttling|RequestLimitExceeded)/.test(body)) return THROTTLED;
  return status === 403 ? WRONG_CREDENTIALS : null;
};

/**
 * The account of the credentials that a listing uses, by the Security Token Service of its region: it answers everybody who
 * has credentials that are good. Throws a ProviderError. One question does not need the SDK's client for it, which would be
 * another dependency.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function findAwsAccount(
  options: Ec2Options,
  limits: ProviderLimits,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { region, apikey, apisecret } = options;
  const url = new URL(limits.stsEndpoint ?? `https://${awsHost("sts", region)}/`);
  const secrets = [apikey, apisecret].filter((secret) => secret !== undefined);
  const timing = { tries: limits.patience?.maxAttempts ?? 2 };
  return askAccount({ provider: "ec2", scope: region, secrets, limits, timing, signal }, async (client) => {
    const credentials = await untilAborted(findCredentials(client, options, limits), signal);
    for (const secret of [credentials.secretAccessKey, credentials.sessionToken ?? ""]) client.hide(secret);
    const { body } = await client.send({
      method: "POST",
      url,
      form: QUESTION,
      headers: (target) =>
        signAwsRequest(credentials, {
          url: target,
          body: new URLSearchParams(QUESTION).toString(),
          region,
          time: new Date(),
        }),
      parse: accountIn,
      judge,
    });
    return typeof body === "string" ? body : undefined;
  });
}

/** Of the answer's XML, or of the JSON that gateways before STS may make of it. Throws where there is none. */
function accountIn(text: string): string {
  const [, account] = /<Account>\s*([\w-]+)\s*<\/Account>|"Account"\s*:\s*"([\w-]+)"/.exec(text)?.filter(Boolean) ?? [];
  if (account === undefined) throw new Error("expected an account");
  return account;
}

async function findCredentials(
  client: JsonClient,
  options: Ec2Options,
  limits: ProviderLimits,
): Promise<AwsCredentials> {
  try {
    return await credentialsOf(options, limits)();
  } catch (error) {
    if (!(error instanceof MissingCredentialsError)) throw error;
    throw client.error("credentials", `no credentials: ${client.quote(error.message)}`);
  }
}
