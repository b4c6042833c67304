import type { ProviderLimits } from "../provider.ts";
import { askAccount } from "../transport/ask-account.ts";
import type { JsonClient } from "../transport/http.ts";
import { type JudgeRefusal, THROTTLED, WRONG_CREDENTIALS } from "../transport/judge-status.ts";
import { untilAborted } from "../transport/until-aborted.ts";
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
  const url = new URL(limits.stsEndpoint ?? stsUrlFor(region));
  const secrets = [apikey, apisecret].filter((secret) => secret !== undefined);
  const timing = { tries: limits.patience?.maxAttempts ?? 2 };
  return askAccount({ provider: "ec2", scope: region, secrets, limits, timing, signal }, async (client) => {
    const credentials = await untilAborted(findCredentials(client, options), signal);
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

/** The backend's own, else what the SDK's chain finds, as for the listing. */
async function findCredentials(client: JsonClient, { region, apikey, apisecret }: Ec2Options): Promise<AwsCredentials> {
  if (apikey && apisecret) return { accessKeyId: apikey, secretAccessKey: apisecret };
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  const ec2 = new EC2Client({ region });
  try {
    return await ec2.config.credentials();
  } catch (error) {
    throw client.error("credentials", `no credentials: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    ec2.destroy();
  }
}

/** The domains of AWS's partitions, by how their regions begin. */
const DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["eusc-", "amazonaws.eu"],
];

function stsUrlFor(region: string): string {
  const [, domain] = DOMAINS.find(([prefix]) => region.startsWith(prefix)) ?? ["", "amazonaws.com"];
  return `https://sts.${region}.${domain}/`;
}
