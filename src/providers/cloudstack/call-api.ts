import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { JudgeRefusal } from "../transport/http/judge-status.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { signQuery } from "./sign-query.ts";

/** A cloud as one account sees it. */
export interface CloudStack {
  readonly client: JsonClient;
  /** The API's endpoint, which ends in `/client/api`. */
  readonly apiurl: string;
  readonly apikey: string;
  readonly secret: string;
}

/** What the answer to `command` holds. Throws a ProviderError. */
export async function callApi<T>(
  { client, apiurl, apikey, secret }: CloudStack,
  { command, parameters = {}, schema }: { command: string; parameters?: Record<string, string>; schema: z.ZodType<T> },
): Promise<T> {
  const url = new URL(apiurl);
  url.search = signQuery({ ...parameters, command, response: "json", apikey }, secret);
  const { body } = await client.send({ url, judge });
  const envelope = `${command.toLowerCase()}response`;
  const answer = readAnswer(z.record(z.string(), z.unknown()), body, { client, what: command });
  return readAnswer(schema, answer[envelope], { client, what: `${command}: ${envelope}` });
}

/** The statuses that are CloudStack's own: ApiErrorCode.java. */
const judge: JudgeRefusal = ({ status }) => {
  switch (status) {
    case 432:
      return { reason: "forbidden", meaning: "the account's role does not allow this call", mayRetry: false };
    case 531:
      return { reason: "forbidden", meaning: "the account lacks the permission", mayRetry: false };
    default:
      return null;
  }
};
