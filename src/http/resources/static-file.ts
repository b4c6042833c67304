import { createHash } from "node:crypto";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";

/** What `sendStaticFile` sets. */
export const fileHeaders = z.object({ ETag: z.string().meta({ description: "version of the file" }) });

/** The answer to a client that has the file. */
export const fileNotModified: ZodOpenApiResponseObject = {
  id: "FileNotModified",
  description: "The file has not changed.",
  headers: fileHeaders,
};

/** A file that does not change while the process lives; compressed at the first request, as well as possible. */
export interface StaticFile {
  /** As Express's `res.type` takes it: `.html`. */
  readonly type: string;
  readonly content: Buffer;
  readonly cacheControl: string;
  readonly etag: string;
  readonly compressed: Map<string, Promise<Buffer>>;
}

export function staticFile(type: string, content: Buffer, cacheControl = "no-cache"): StaticFile {
  const etag = createHash("sha256").update(content).digest("base64url").slice(0, 27);
  return { type, content, cacheControl, etag, compressed: new Map() };
}

/** Sends a file, or 304 if the client has it. */
export async function sendStaticFile(req: Request, res: Response, file: StaticFile): Promise<void> {
  const encoding = req.get("accept-encoding") === undefined ? false : req.acceptsEncodings("br", "gzip", "identity");
  const compress = COMPRESSORS.get(String(encoding));
  // A compressed file has an ETag of its own.
  const etag = `"${file.etag}${compress ? `-${encoding}` : ""}"`;
  res.set({ ETag: etag, "Cache-Control": file.cacheControl });
  res.vary("Accept-Encoding");
  const known = req.get("if-none-match")?.split(",") ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return void res.status(304).end();
  res.type(file.type);
  if (!compress) return void res.send(file.content);
  const made = file.compressed.get(String(encoding)) ?? compress(file.content);
  file.compressed.set(String(encoding), made);
  res.set("Content-Encoding", String(encoding)).send(await made);
}

const brotli = promisify<zlib.InputType, Buffer>(zlib.brotliCompress);
const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
const COMPRESSORS = new Map([
  ["br", (content: Buffer) => brotli(content)],
  ["gzip", (content: Buffer) => gzip(content, { level: zlib.constants.Z_BEST_COMPRESSION })],
]);
