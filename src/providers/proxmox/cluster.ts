import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { StatusVerdict } from "../transport/http/judge-status.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";

/** A cluster as a token sees it. */
export interface Proxmox {
  readonly client: JsonClient;
  /** Without `/api2/json`. */
  readonly apiurl: string;
  readonly headers: { readonly [name: string]: string };
}

/** By these a node says that it cannot reach the one that was asked for (pve-http-server, `AnyEvent.pm`). */
const OUT_OF_REACH: StatusVerdict = { reason: "unreachable", meaning: "the node cannot be reached", mayRetry: true };

/** The `data` of what `path` below `/api2/json` answers. Throws a ProviderError. */
export async function get<T>({ client, apiurl, headers }: Proxmox, path: string, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(`${apiurl}/api2/json${path}`);
  const judge = ({ status }: { status: number }): StatusVerdict | null =>
    status >= 595 && status <= 599 ? OUT_OF_REACH : null;
  const { body } = await client.send({ url, headers, judge });
  return readAnswer(z.object({ data: schema }), body, { client, what: `GET ${url.pathname}` }).data;
}
