import { z } from "zod";
import type { Authorization } from "./bearer-session.ts";
import type { JsonClient } from "../http/json-client.ts";
import { WRONG_CREDENTIALS } from "../http/judge-status.ts";
import { readAnswer } from "../reading/read-answer.ts";

const tokenAnswer = z.object({ access_token: z.string().min(1) });

/**
 * Asks a token endpoint (OAuth 2.0: RFC 6749, 4.4 and 5) for an access token, which from then on stands in no error.
 * Throws a ProviderError. A 400 is about the credentials too: so such endpoints say that they do not know a client, a
 * key or an assertion.
 */
export async function requestAccessToken(
  client: JsonClient,
  request: { readonly url: URL; readonly form: { readonly [name: string]: string } },
): Promise<Authorization> {
  const answer = await client.send({
    method: "POST",
    ...request,
    judge: ({ status }) => (status === 400 ? WRONG_CREDENTIALS : null),
  });
  const what = `POST ${request.url.origin}${request.url.pathname}`;
  const { access_token: token } = readAnswer(tokenAnswer, answer.body, { client, what });
  client.hide(token);
  return { authorization: `Bearer ${token}` };
}
