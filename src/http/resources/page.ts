import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { Router } from "express";
import { z } from "zod";
import { NotFoundError } from "../../errors.ts";
import { PACKAGE_FOLDER } from "../../package-folder.ts";
import { describePath, OPEN } from "../openapi/api-path.ts";
import { refusals } from "../openapi/refusals.ts";
import { fileHeaders, fileNotModified, sendStaticFile, type StaticFile, staticFile } from "./static-file.ts";

/** Where the build puts the search page. */
const FOLDER = join(PACKAGE_FOLDER, "dist/web");

export const pagePath = describePath("/", {
  get: {
    operationId: "readPage",
    summary: "The search page",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "The page. It uses this API.",
        headers: fileHeaders,
        content: { "text/html": { schema: z.string(), example: "<!doctype html>…" } },
      },
      "304": fileNotModified,
      ...refusals(404),
    },
  },
});

/** Names in assets/ carry a hash of their content: what is under such a name never changes. */
const FOREVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

/**
 * `GET /` and the files of the search page. They contain no secrets, so they need no token, and users log in there. Without a
 * built page the answer is a 404 that says how to build it.
 */
export function pageRouter(folder = FOLDER): Router {
  const router = Router();
  const files = existsSync(folder) ? readFiles(folder) : [];
  // In a checkout that was never built.
  if (files.length === 0)
    router.get(pagePath.path, () => {
      throw new NotFoundError("the search page is not built; run: npm run build:page");
    });
  for (const file of files) {
    router.get(file.path === "/index.html" ? pagePath.path : file.path, (req, res) => sendStaticFile(req, res, file));
  }
  return router;
}

interface PageFile extends StaticFile {
  readonly path: string;
}

function readFiles(folder: string): PageFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const path = `/${file.slice(folder.length + 1).replaceAll(sep, "/")}`;
    return {
      path,
      ...staticFile(extname(file), readFileSync(file), path.startsWith("/assets/") ? FOREVER : ASK_AGAIN),
    };
  });
}
