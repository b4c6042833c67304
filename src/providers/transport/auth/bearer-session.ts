import type { JsonClient } from "../http/json-client.ts";
import { isStatus, type JudgeRefusal } from "../http/judge-status.ts";
import type { JsonAnswer } from "../http/read-response.ts";
import type { JsonRequest } from "../http/send-once.ts";

/** The headers that signing in produced: `authorization`, and what else the cloud wants. */
export type Authorization = { readonly [header: string]: string };

/** Reads with an authorization that is renewed when it expires. Several requests may be under way at once. */
export interface BearerSession {
  /** The answer to `request`. A 401 is answered by signing in anew and asking once more. */
  send(request: Pick<JsonRequest, "method" | "url" | "body">): Promise<JsonAnswer>;
}

/** Signs in with the first request; once for all that are under way. */
export function createBearerSession(
  client: JsonClient,
  { signIn, judge }: { signIn: () => Promise<Authorization>; judge?: JudgeRefusal },
): BearerSession {
  let signedIn: Promise<Authorization> | undefined;
  return {
    async send(request) {
      const used = (signedIn ??= signIn());
      const read = (headers: Authorization): Promise<JsonAnswer> =>
        client.send({ ...request, headers, ...(judge && { judge }) });
      // Outside the try: a refused sign-in must not lead to another one.
      const authorization = await used;
      try {
        return await read(authorization);
      } catch (error) {
        if (!isStatus(error, 401)) throw error;
      }
      // The first request renews it; the others wait.
      if (signedIn === used) signedIn = signIn();
      return read(await signedIn);
    },
  };
}
