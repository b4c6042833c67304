import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import { challengeOf, isStatus } from "../transport/http/judge-status.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { JsonAnswer } from "../transport/http/read-response.ts";
import { type BearerChallenge, type Challenge, readChallenge } from "./read-challenge.ts";

/** A registry that is asked as it wants to be: openly, by name and password, or by a token for each thing asked for. */
export interface Registry {
  /** The answer to a request that needs `scope`, such as `repository:lab/web:pull`, or none. Throws a ProviderError. */
  get(url: URL, scope: string): Promise<JsonAnswer>;
  /** The authorization that the last answer came by; undefined when it came by none. */
  accepted(): string | undefined;
}

/** Who asks, as Basic authorization has it: base64 of name, colon and password. */
export interface Account {
  readonly basic: string;
}

/** A token is for one repository, and there may be very many, or for the catalogue, which every page needs. */
const TOKENS_KEPT = 250;

interface Ticket {
  readonly authorization: string;
  /** Whether the registry may have forgotten it, and another may be better. */
  readonly isUsed: boolean;
}

/** https://distribution.github.io/distribution/spec/auth/token/: anonymous tokens are asked for without an account. */
export function openRegistry(client: JsonClient, account: Account | undefined): Registry {
  /** What the registry asked for last: that saves to be refused again for everything else. */
  let wanted: Challenge | undefined;
  const tokens = new LRUCache<string, string>({ max: TOKENS_KEPT });

  async function authorize(challenge: Challenge, url: URL, scope: string): Promise<Ticket> {
    if (challenge.scheme === "basic") {
      if (account) return { authorization: `Basic ${account.basic}`, isUsed: false };
      throw client.error("credentials", "the registry needs a user name and a password");
    }
    const known = tokens.get(scope);
    const token = known ?? (await requestToken(client, { challenge, url, scope, account }));
    if (known === undefined) tokens.set(scope, token);
    return { authorization: `Bearer ${token}`, isUsed: known !== undefined };
  }

  let accepted: string | undefined;
  const send = async (url: URL, ticket: Ticket | undefined): Promise<JsonAnswer> => {
    const answer = await client.send({ url, headers: { ...(ticket && { authorization: ticket.authorization }) } });
    accepted = ticket?.authorization;
    return answer;
  };

  return {
    accepted: () => accepted,
    async get(url, scope) {
      const shown = wanted;
      // Outside of the try: what the token service says of itself is no word of the registry's.
      const ticket = shown && (await authorize(shown, url, scope));
      try {
        return await send(url, ticket);
      } catch (error) {
        const challenge = readChallenge(challengeOf(error));
        const isRefused = ticket?.isUsed === false && challenge?.scheme === shown?.scheme;
        if (!challenge || isRefused) throw error;
        wanted = challenge;
        tokens.delete(scope);
        return send(url, await authorize(challenge, url, scope));
      }
    },
  };
}

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

interface TokenRequest {
  readonly challenge: BearerChallenge;
  /** What was asked of the registry. */
  readonly url: URL;
  readonly scope: string;
  readonly account: Account | undefined;
}

async function requestToken(
  client: JsonClient,
  { challenge, url: asked, scope, account }: TokenRequest,
): Promise<string> {
  const url = tokenUrl(client, challenge.realm, asked);
  const what = `GET ${client.quote(url.origin + url.pathname)}`;
  if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
  if (scope !== "") url.searchParams.set("scope", scope);
  const { body } = await ask(client, url, account);
  const answer = readAnswer(tokenAnswer, body, { client, what });
  const token = answer.token || answer.access_token;
  if (!token) throw client.error("invalid-answer", `${what}: expected a token`);
  client.hide(token);
  return token;
}

/** Where tokens are. The password goes there: never in the clear when the registry itself is reached by TLS. */
function tokenUrl(client: JsonClient, realm: string, asked: URL): URL {
  const url = URL.parse(realm, asked.href);
  const expected = asked.protocol === "https:" ? ["https:"] : ["https:", "http:"];
  if (url && expected.includes(url.protocol) && !url.username && !url.password) return url;
  const names = expected.map((protocol) => protocol.slice(0, -1)).join(" or ");
  throw client.error(
    "invalid-answer",
    `the registry sends to ${client.quote(realm)} for tokens; expected an address of ${names}`,
  );
}

async function ask(client: JsonClient, url: URL, account: Account | undefined): Promise<JsonAnswer> {
  try {
    return await client.send({ url, headers: { ...(account && { authorization: `Basic ${account.basic}` }) } });
  } catch (error) {
    if (!isStatus(error, 401)) throw error;
    const meaning = account ? "does not know this user name and password" : "needs a user name and a password";
    throw client.error(
      "credentials",
      `${client.quote(url.origin + url.pathname)}, which gives the registry's tokens, ${meaning}`,
      error,
    );
  }
}
