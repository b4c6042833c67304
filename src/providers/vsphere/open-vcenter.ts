import { z } from "zod";
import { type Authorization, createBearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { RefusalMemory } from "../transport/auth/refusal-memory.ts";

/** A vCenter, signed in to with the first request. Dispose it, or its session stays open for minutes. */
export interface Vcenter extends AsyncDisposable {
  readonly client: JsonClient;
  /** The user of the session, as the vCenter calls it; undefined where it does not say. Throws a ProviderError. */
  whoAmI(): Promise<string | undefined>;
  /** What `path` below `/api` answers. Throws a ProviderError. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** The same, or null for what is not there (any more). */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
}

export interface VcenterAccess {
  readonly apiurl: string;
  readonly user: string;
  readonly password: string;
  readonly refusals: RefusalMemory;
}

export function openVcenter(client: JsonClient, { apiurl, user, password, refusals }: VcenterAccess): Vcenter {
  const url = new URL(`${apiurl}/api/session`);
  let signedIn: Authorization | undefined;
  const session = createBearerSession(client, {
    signIn: async () => (signedIn = await refusals.once(() => signIn(client, url, { user, password }))),
  });
  const get: Vcenter["get"] = async (path, schema) => {
    const asked = new URL(`${apiurl}/api${path}`);
    const { body } = await session.send({ url: asked });
    return readAnswer(schema, body, { client, what: `GET ${asked.pathname}` });
  };
  const find: Vcenter["find"] = async (path, schema) => {
    try {
      return await get(path, schema);
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  };
  return {
    client,
    get,
    find,
    async whoAmI() {
      const found = await find("/session", sessionOf);
      // An opened session proves the user name.
      return found?.user || (signedIn && user.toLowerCase());
    },
    async [Symbol.asyncDispose]() {
      // A vCenter keeps a limited number of sessions; one that cannot be closed it closes by itself, later.
      if (signedIn) await client.send({ method: "DELETE", url, headers: signedIn }).catch(() => {});
    },
  };
}

const sessionOf = z.object({ user: lenientText });

async function signIn(
  client: JsonClient,
  url: URL,
  { user, password }: { user: string; password: string },
): Promise<Authorization> {
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  client.hide(basic);
  const { body } = await client.send({ method: "POST", url, headers: { authorization: `Basic ${basic}` } });
  const token = readAnswer(z.string().min(1), body, { client, what: `POST ${url.pathname}` });
  client.hide(token);
  return { "vmware-api-session-id": token };
}
