import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Request, type Response, Router } from "express";

/** Where the build puts the search page; the same for the sources and for the built program. */
const FOLDER = join(import.meta.dirname, "../../dist/web");

/** Names in assets/ carry a hash of their content: what is under such a name never changes. */
const FOREVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

/** A file of the page, read once; compressed as well as can be when somebody first asks. */
interface PageFile {
  readonly path: string;
  readonly content: Buffer;
  readonly etag: string;
  readonly compressed: Map<string, Promise<Buffer>>;
}

/**
 * `GET /` and the files that the search page is made of. They hold nothing secret: who has no token gets them too, and can
 * log in there. Without a built page there is nothing here.
 */
export function pageRouter(folder = FOLDER): Router {
  const router = Router();
  const files = existsSync(folder) ? readFiles(folder) : [];
  for (const file of files) {
    router.get(file.path === "/index.html" ? "/" : file.path, (req, res) => sendFile(req, res, file));
  }
  return router;
}

function readFiles(folder: string): PageFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    return {
      path: `/${file.slice(folder.length + 1).replaceAll(sep, "/")}`,
      content,
      etag: createHash("sha256").update(content).digest("base64url").slice(0, 27),
      compressed: new Map(),
    };
  });
}

async function sendFile(req: Request, res: Response, file: PageFile): Promise<void> {
  const encoding = req.get("accept-encoding") === undefined ? false : req.acceptsEncodings("br", "gzip", "identity");
  const compress = COMPRESSORS.get(String(encoding));
  // An encoded file is another one than the plain file, and has an ETag of its own.
  const etag = `"${file.etag}${compress ? `-${encoding}` : ""}"`;
  res.set({ ETag: etag, "Cache-Control": file.path.startsWith("/assets/") ? FOREVER : ASK_AGAIN });
  res.vary("Accept-Encoding");
  const known = req.get("if-none-match")?.split(",") ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return void res.status(304).end();
  res.type(file.path.slice(file.path.lastIndexOf(".")));
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
