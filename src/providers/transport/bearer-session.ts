import type { JsonClient } from "./http.ts";
import { isStatus, type JudgeRefusal } from "./judge-status.ts";
import type { JsonAnswer } from "./read-response.ts";

/** The headers that a sign-in brought: `authorization`, and what the cloud wants beside it. */
export type Authorization = { readonly [header: string]: string };

/** Reads with an authorization that is renewed when it expires. Requests may be under way at the same time. */
export interface BearerSession {
  /** The answer of `url`. A 401 is answered by signing in anew and asking once more. */
  get(url: URL): Promise<JsonAnswer>;
}

/** Signs in with the first request; once for all that are under way. */
export function createBearerSession(
  client: JsonClient,
  { signIn, judge }: { signIn: () => Promise<Authorization>; judge?: JudgeRefusal },
): BearerSession {
  let signedIn: Promise<Authorization> | undefined;
  const read = async (url: URL, authorization: Promise<Authorization>): Promise<JsonAnswer> =>
    client.send({ url, headers: await authorization, ...(judge && { judge }) });
  return {
    async get(url) {
      const used = (signedIn ??= signIn());
      // A sign-in that was refused will be again: only a request that was is a reason for another.
      await used;
      try {
        return await read(url, used);
      } catch (error) {
        if (!isStatus(error, 401)) throw error;
      }
      // Whoever comes first renews it; the others wait for that.
      if (signedIn === used) signedIn = signIn();
      return read(url, signedIn);
    },
  };
}
