import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Request, type Response, Router } from "express";

/** Where the build puts the page: beside the program, or below the sources when these are run. */
const FOLDER = new URL(import.meta.filename.endsWith(".ts") ? "../../dist/web/" : "../web/", import.meta.url);

/** A file of the page, ready to be sent. */
interface PageFile {
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
}

/** The search page at `/`, for everybody: it holds no data. Its few files are kept in memory, compressed once. */
export function pageRouter(folder: string = FOLDER.pathname): Router {
  const router = Router();
  const files = readFiles(folder);
  const send = (req: Request, res: Response, name: string): void => {
    const file = files.get(name);
    if (!file) return;
    const encoding = req.acceptsEncodings("br", "gzip", "identity");
    // The names of assets change with what they hold.
    res.set("Cache-Control", name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    res.vary("Accept-Encoding");
    res.set("ETag", file.etag);
    if (req.get("if-none-match") === file.etag) return void res.status(304).end();
    res.type(extname(name));
    if (encoding !== "br" && encoding !== "gzip") return void res.send(file.plain);
    res.set("Content-Encoding", encoding).send(file[encoding]);
  };
  for (const name of files.keys())
    router.get(name === "index.html" ? "/" : `/${name}`, (req, res) => send(req, res, name));
  return router;
}

function readFiles(folder: string): Map<string, PageFile> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => extname(name) !== "");
  return new Map(
    names.map((name) => {
      const plain = readFileSync(join(folder, name));
      const etag = `"${createHash("sha1").update(plain).digest("base64url")}"`;
      return [name, { plain, br: brotliCompressSync(plain), gzip: gzipSync(plain), etag }];
    }),
  );
}
