import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { Request, Response } from "express";

/** Smaller answers are not worth compressing. */
const MIN_COMPRESSED = 1024;
/** Compressing so much takes half a millisecond; handing it to a thread takes longer. */
const MOST_AT_ONCE = 128 * 1024;
/** Favour speed: answers are made for one reader. */
const BROTLI: zlib.BrotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP: zlib.ZlibOptions = { level: 4 };
const ZSTD: zlib.ZstdOptions = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } };

/** Sends a whole body, compressed as the client likes it. */
export async function sendBody(
  req: Request,
  res: Response,
  body: string | Buffer,
  type = "application/json",
): Promise<void> {
  res.type(type);
  const encoding = body.length < MIN_COMPRESSED ? undefined : chooseEncoding(req);
  if (!encoding) return void res.send(body);
  res.set("Content-Encoding", encoding);
  if (body.length <= MOST_AT_ONCE) return void res.send(encode(body, encoding));
  const encoder = createEncoder(encoding);
  encoder.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of encoder) chunks.push(chunk);
  res.send(Buffer.concat(chunks));
}

/** How long pieces are sent in one go, in milliseconds; then other requests run. */
const TURN_MS = 4;

/**
 * Sends a body (by default JSON) piece by piece, as fast as the client reads. `undefined` stands for a piece that takes long.
 * Other requests run in between, and the source is closed when the client leaves.
 */
export async function streamPieces(
  req: Request,
  res: Response,
  pieces: Generator<Buffer | undefined>,
  type = "application/json",
): Promise<void> {
  // The first piece tells whether the answer can be given at all, while there is still a status to choose.
  const first = pieces.next();
  res.type(type);
  const encoding = chooseEncoding(req);
  if (encoding) res.set("Content-Encoding", encoding);
  const encoder = encoding && createEncoder(encoding);
  const target = encoder ?? res;
  if (encoder) encoder.pipe(res);
  const gone = new AbortController();
  res.once("close", () => gone.abort());
  if (res.destroyed) gone.abort();
  try {
    let until = performance.now() + TURN_MS;
    for (let next = first; !next.done && !gone.signal.aborted; next = pieces.next()) {
      // A fast client drains the stream before the event loop reaches other requests.
      if (next.value && !target.write(next.value)) await once(target, "drain", { signal: gone.signal });
      if (performance.now() < until) continue;
      await nextTurn();
      until = performance.now() + TURN_MS;
    }
    target.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    pieces.return(undefined);
    if (gone.signal.aborted) encoder?.destroy();
  }
}

type Encoding = "br" | "zstd" | "gzip";

function chooseEncoding(req: Request): Encoding | undefined {
  const known: Encoding[] = typeof zlib.createZstdCompress === "function" ? ["br", "zstd", "gzip"] : ["br", "gzip"];
  // Without the header the server may choose; it does not compress then.
  if (req.get("accept-encoding") === undefined) return undefined;
  const chosen = req.acceptsEncodings(...known, "identity");
  return known.find((encoding) => encoding === chosen);
}

function encode(body: string | Buffer, encoding: Encoding): Buffer {
  if (encoding === "gzip") return zlib.gzipSync(body, GZIP);
  return encoding === "br" ? zlib.brotliCompressSync(body, BROTLI) : zlib.zstdCompressSync(body, ZSTD);
}

function createEncoder(encoding: Encoding): Transform {
  if (encoding === "gzip") return zlib.createGzip(GZIP);
  return encoding === "br" ? zlib.createBrotliCompress(BROTLI) : zlib.createZstdCompress(ZSTD);
}
