import { ProviderError } from "../../errors.ts";
import type { ProviderLimits } from "../provider.ts";
import { createJsonClient } from "../transport/http/json-client.ts";
import { type JudgeRefusal, THROTTLED, WRONG_CREDENTIALS } from "../transport/http/judge-status.ts";
import { awsHost } from "./aws-hosts.ts";
import type { Ec2Options } from "./options.ts";
import { type AwsCredentials, type LentCredentials, signAwsRequest } from "./sign-request.ts";

type Role = Pick<Ec2Options, "region" | "externalId"> & { readonly roleArn: string };

const DEADLINE_MS = 30_000;

/**
 * What STS lends to `credentials` for a role, for an hour. Throws a ProviderError.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(
  credentials: AwsCredentials,
  { region, roleArn, externalId }: Role,
  limits: ProviderLimits,
): Promise<LentCredentials> {
  await using client = createJsonClient({
    provider: "ec2",
    scope: region,
    limits,
    signal: AbortSignal.timeout(DEADLINE_MS),
    secrets: [credentials.secretAccessKey, credentials.sessionToken ?? ""],
    timing: { tries: limits.patience?.maxAttempts ?? 3, timeoutMs: 10_000, maxRetryAfterMs: 5_000 },
  });
  const question = {
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: "imagedex",
    ...(externalId !== undefined && { ExternalId: externalId }),
  };
  let refused = "";
  const judge: JudgeRefusal = ({ status, body }) => {
    if (/<Code>(Throttling|RequestLimitExceeded)/.test(body)) return THROTTLED;
    refused = [textIn(body, "Code"), textIn(body, "Message")].filter(Boolean).join(": ");
    return status === 403 || status === 401 ? WRONG_CREDENTIALS : null;
  };
  try {
    const { body } = await client.send({
      method: "POST",
      url: new URL(limits.stsEndpoint ?? `https://${awsHost("sts", region)}/`),
      form: question,
      headers: (target) =>
        signAwsRequest(credentials, {
          url: target,
          body: new URLSearchParams(question).toString(),
          region,
          time: new Date(),
        }),
      parse: readCredentials,
      judge,
    });
    // As `parse` made it.
    if (isLent(body)) return body;
    throw client.error("invalid-answer", "AWS's Security Token Service answered without credentials");
  } catch (error) {
    if (!(error instanceof ProviderError) || error.reason !== "credentials") throw error;
    const advice = "check who may assume it, and external_id";
    const message = `AWS's Security Token Service refuses role ${roleArn} (${client.quote(refused) || "no reason given"}); ${advice}`;
    throw client.error("credentials", message, error);
  }
}

/** Throws where there are none. */
function readCredentials(text: string): LentCredentials {
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    textIn(text, name),
  );
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error("expected credentials");
  const expiration = new Date(textIn(text, "Expiration"));
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    ...(!Number.isNaN(expiration.getTime()) && { expiration }),
  };
}

function isLent(value: unknown): value is LentCredentials {
  return typeof value === "object" && value !== null && "secretAccessKey" in value;
}

/** Of XML that holds no element twice: what stands in one of this name. */
function textIn(xml: string, name: string): string {
  const [, text = ""] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&apos;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}
