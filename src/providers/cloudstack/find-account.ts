import { z } from "zod";
import { lenientList, lenientText } from "../transport/reading/lenient.ts";
import { type CloudStack, callApi } from "./call-api.ts";

const account = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  user: lenientList(z.object({ apikey: lenientText })),
});
const accountsAnswer = z.object({ account: z.array(account).optional() });

/**
 * The account that the API key is of. Unless asked for more, `listAccounts` has the caller's account alone; where a cloud shows
 * users all accounts of their domain, the one with the key. Undefined where it cannot be told. Throws a ProviderError.
 */
export async function findCloudstackAccount(cloud: CloudStack): Promise<string | undefined> {
  const { account: accounts = [] } = await callApi(cloud, { command: "listAccounts", schema: accountsAnswer });
  const ofKey = accounts.find(({ user }) => user.some(({ apikey }) => apikey === cloud.apikey));
  return (ofKey ?? (accounts.length === 1 ? accounts[0] : undefined))?.id;
}
