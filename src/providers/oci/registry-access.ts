import { z } from "zod";
import type { JsonClient } from "../transport/http.ts";
import { challengeOf } from "../transport/judge-status.ts";
import { readAnswer } from "../transport/read-answer.ts";
import type { JsonAnswer } from "../transport/read-response.ts";
import { type Challenge, readChallenge } from "./read-challenge.ts";

/** A registry that is asked as it wants to be: openly, by name and password, or by a token for each thing asked for. */
export interface Registry {
  /** The answer to a request that needs `scope`, such as `repository:lab/web:pull`. Throws a ProviderError. */
  get(url: URL, scope: string): Promise<JsonAnswer>;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** https://distribution.github.io/distribution/spec/auth/token/: anonymous tokens are asked for without an account. */
export function openRegistry(client: JsonClient, account: Account | undefined): Registry {
  const basic = account && `Basic ${Buffer.from(`${account.user}:${account.password}`).toString("base64")}`;
  if (basic) client.hide(basic.slice("Basic ".length));
  /** What the registry asked for last: that saves to be refused again for everything else. */
  let wanted: Challenge | undefined;
  const tokens = new Map<string, string>();

  async function authorize(challenge: Challenge, url: URL, scope: string): Promise<string> {
    if (challenge.scheme === "bearer") {
      const token = tokens.get(scope) ?? (await requestToken(client, { challenge, url, scope, basic }));
      tokens.set(scope, token);
      return `Bearer ${token}`;
    }
    if (basic) return basic;
    throw client.error("credentials", "the registry wants a user name and a password");
  }

  async function ask(url: URL, scope: string): Promise<JsonAnswer> {
    const authorization = wanted && (await authorize(wanted, url, scope));
    return client.send({ url, headers: { ...(authorization !== undefined && { authorization }) } });
  }

  return {
    async get(url, scope) {
      try {
        return await ask(url, scope);
      } catch (error) {
        const challenge = readChallenge(challengeOf(error));
        if (!challenge) throw error;
        wanted = challenge;
        // It was not asked for before, or has expired.
        tokens.delete(scope);
      }
      return ask(url, scope);
    },
  };
}

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

async function requestToken(
  client: JsonClient,
  about: { challenge: Challenge & { scheme: "bearer" }; url: URL; scope: string; basic: string | undefined },
): Promise<string> {
  const { challenge, scope, basic } = about;
  const url = URL.parse(challenge.realm, about.url.href);
  // The password goes there: never in the clear when the registry itself is reached by TLS.
  if (!url || (about.url.protocol === "https:" && url.protocol !== "https:")) {
    throw client.error("invalid-answer", `the registry sends to ${challenge.realm} for tokens; expected https`);
  }
  if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
  url.searchParams.set("scope", scope);
  const { body } = await client.send({ url, headers: { ...(basic !== undefined && { authorization: basic }) } });
  const what = `GET ${url.origin}${url.pathname}`;
  const answer = readAnswer(tokenAnswer, body, { client, what });
  const token = answer.token || answer.access_token;
  if (!token) throw client.error("invalid-answer", `${what}: expected a token`);
  client.hide(token);
  return token;
}
