import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { DigitaloceanListing } from "./list-images.ts";

const accountAnswer = z.object({
  account: z.object({ uuid: lenientText, team: z.object({ uuid: lenientText }).nullish() }),
});

/**
 * The team that a token is of: images are a team's, and a user may be in several. Where the API knows no teams the user. The
 * token needs account:read for it. Throws a ProviderError.
 */
export async function findDigitaloceanAccount(
  client: JsonClient,
  { apiurl, token }: Pick<DigitaloceanListing, "apiurl" | "token">,
): Promise<string | undefined> {
  const url = new URL(`${apiurl}/v2/account`);
  const { body } = await client.send({ url, headers: { authorization: `Bearer ${token}` } });
  const { account } = readAnswer(accountAnswer, body, { client, what: `GET ${url.origin}${url.pathname}` });
  const uuid = account.team ? account.team.uuid : account.uuid;
  return uuid ?? undefined;
}
