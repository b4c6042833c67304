import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import type { ServiceAccess } from "./service-access.ts";

/** Reads with a token that is renewed when it expires. */
export interface CloudSession {
  readonly access: ServiceAccess;
  /** The JSON at `url`. A 401 is answered by signing in anew and asking once more. */
  get(url: URL): Promise<unknown>;
}

/** Signs in. Tokens expire in the midst of long listings, hence the way to sign in again. */
export async function openSession(client: JsonClient, signIn: () => Promise<ServiceAccess>): Promise<CloudSession> {
  let access = await signIn();
  const read = async (url: URL): Promise<unknown> => {
    const answer = await client.send({ url, headers: { "x-auth-token": access.token } });
    return answer.body;
  };
  return {
    access,
    async get(url) {
      try {
        return await read(url);
      } catch (error) {
        if (!isStatus(error, 401)) throw error;
      }
      access = await signIn();
      return read(url);
    },
  };
}
