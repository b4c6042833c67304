import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { judgeCode } from "./list-images.ts";
import { type AccessKey, signRequest } from "./sign-request.ts";

const identity = z.object({ AccountId: z.union([z.string().min(1), z.number().transform(String)]) });

/**
 * The account that an access key is of, by the Security Token Service: it answers everybody who has a key that is good.
 * Throws a ProviderError.
 * https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
 */
export async function findAlibabaAccount(client: JsonClient, key: AccessKey, stsUrl: URL): Promise<string> {
  const signed = { method: "GET", action: "GetCallerIdentity", version: "2015-04-01" } as const;
  const { body } = await client.send({
    url: stsUrl,
    headers: (url) => signRequest(key, { ...signed, url, time: new Date(), nonce: randomUUID() }),
    judge: judgeCode,
  });
  return readAnswer(identity, body, { client, what: `GET ${stsUrl.origin}/ GetCallerIdentity` }).AccountId;
}

/** The service of the region, beside the cloud's own endpoint only: another cloud's key is never shown to this one. */
export function stsUrlFor(apiurl: string, region: string): URL | undefined {
  const { protocol, hostname } = new URL(apiurl);
  if (protocol !== "https:" || !hostname.endsWith(".aliyuncs.com")) return undefined;
  const isPrivate = hostname.startsWith("ecs-vpc.");
  return new URL(`https://sts${isPrivate ? "-vpc" : ""}.${region}.aliyuncs.com/`);
}
