import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { JudgeRefusal } from "../transport/http/judge-status.ts";
import { lenientFlag, lenientText } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";

const accountAnswer = z.object({ euuid: lenientText });
const profileAnswer = z.object({ restricted: lenientFlag, uid: lenientText });

/** The API answers 401 to a token that it knows and that lacks a scope. */
const judgeScope: JudgeRefusal = ({ status, body }) =>
  status === 401 && /not authorized to use this endpoint/i.test(body)
    ? { reason: "forbidden", meaning: "the token lacks the scope account:read_only", mayRetry: false }
    : null;

/**
 * The account that a token is of, with the user where that is a restricted one, who sees only the images granted to them. The
 * token needs account:read_only for it. Throws a ProviderError.
 */
export async function findLinodeAccount(
  client: JsonClient,
  { apiurl, token }: { readonly apiurl: string; readonly token: string },
): Promise<string | undefined> {
  const ask = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const url = new URL(`${apiurl}/v4/${path}`);
    const { body } = await client.send({ url, headers: { authorization: `Bearer ${token}` }, judge: judgeScope });
    return readAnswer(schema, body, { client, what: `GET ${url.origin}${url.pathname}` });
  };
  const { euuid } = await ask("account", accountAnswer);
  if (!euuid) return undefined;
  const { restricted, uid } = await ask("profile", profileAnswer);
  if (restricted === false) return euuid;
  return uid ? `${euuid} user ${uid}` : undefined;
}
