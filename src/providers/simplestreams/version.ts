import { z } from "zod";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import type { ReadIndexes } from "./list-images.ts";

/** Addresses and their `ETag`s, in the order they are to be asked for. */
const written = z.array(z.tuple([z.string(), z.string()]));

/** Names what a listing read; undefined when the server does not, by `ETag`, of every file. */
export function writeVersion(files: ReadIndexes): string | undefined {
  const read = written.safeParse([...files]);
  return read.success ? JSON.stringify(read.data) : undefined;
}

export function readVersion(version: string): Map<string, string> {
  const json: unknown = JSON.parse(version);
  return new Map(written.parse(json));
}

/** Asks for the files again, if they are others by now (RFC 9110, 13.1.2); the short indexes first, which mostly tell. */
export async function areUnchanged(client: JsonClient, files: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [url, etag] of files) {
    try {
      const { header } = await client.send({ url: new URL(url), headers: { "if-none-match": etag } });
      if (header("etag") !== etag) return false;
    } catch (error) {
      if (!isStatus(error, 304)) throw error;
    }
  }
  return true;
}
