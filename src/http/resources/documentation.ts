import { extname } from "node:path";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { NotFoundError } from "../../errors.ts";
import { DOCS_STYLE } from "../docs/docs-style.ts";
import { GUIDES, readGuides } from "../docs/guides.ts";
import { type Frame, writeFrame } from "../docs/write-frame.ts";
import { writeGuide } from "../docs/write-guide.ts";
import { writeReference } from "../docs/write-reference.ts";
import { type ApiPath, describePath, json, OPEN } from "../openapi/api-path.ts";
import { describeApi } from "../openapi/document.ts";
import { refusals } from "../openapi/refusals.ts";
import { fileHeaders, fileNotModified, sendStaticFile, type StaticFile, staticFile } from "./static-file.ts";

export const documentPath = describePath("/openapi.json", {
  get: {
    operationId: "readOpenApi",
    summary: "This API as an OpenAPI document",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "The document (OpenAPI 3.1).",
        headers: fileHeaders,
        content: json(z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }), {
          openapi: "3.1.1",
          info: { title: "imagedex", version: "…" },
          paths: {},
        }),
      },
      "304": fileNotModified,
    },
  },
});
export const docsPath = describePath("/docs", {
  get: {
    operationId: "readDocs",
    summary: "This API as a page to read",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "A page without scripts.",
        headers: fileHeaders,
        content: { "text/html": { schema: z.string(), example: "<!doctype html>…" } },
      },
      "304": fileNotModified,
    },
  },
});
export const guidePath = describePath("/docs/:page", {
  get: {
    operationId: "readGuide",
    summary: "A page of the documentation",
    tags: ["Server"],
    security: OPEN,
    responses: {
      "200": {
        description: "A page without scripts.",
        headers: fileHeaders,
        content: { "text/html": { schema: z.string(), example: "<!doctype html>…" } },
      },
      "304": fileNotModified,
      ...refusals(400, 404),
    },
  },
});
/** A file of its own, because the content security policy forbids styles inside the page. */
const STYLE_PATH = "/docs/style.css";

/**
 * `GET /openapi.json`, `GET /docs`, which shows it, and `GET /docs/{page}`, the pages of docs/. They are made when somebody
 * first asks, and hold nothing secret.
 */
export function documentationRouter(paths: readonly ApiPath[]): Router {
  const router = Router();
  const made = new Map<string, StaticFile>();
  const send = (req: Request, res: Response, name: string, write: () => string): Promise<void> => {
    const file = made.get(name) ?? staticFile(extname(name), Buffer.from(write()));
    made.set(name, file);
    return sendStaticFile(req, res, file);
  };
  router.get(documentPath.path, (req, res) => send(req, res, "openapi.json", () => JSON.stringify(describeApi(paths))));
  router.get(docsPath.path, (req, res) =>
    send(req, res, "docs.html", () => writePage("HTTP reference", docsPath.path, writeReference(describeApi(paths)))),
  );
  router.get(STYLE_PATH, (req, res) => send(req, res, "style.css", () => DOCS_STYLE));
  router.get(guidePath.path, (req, res) => {
    const name = GUIDES.find((guide) => guide === req.params.page);
    if (!name) throw new NotFoundError(`no such page: ${req.path}; pages: ${GUIDES.join(", ")}`);
    return send(req, res, `${name}.html`, () => writeGuidePage(name));
  });
  return router;
}

function writeGuidePage(name: string): string {
  const guide = readGuides().find((one) => one.name === name);
  return writePage(guide?.title ?? name, `/docs/${name}`, writeGuide(guide?.markdown ?? ""));
}

function writePage(title: string, current: string, parts: Pick<Frame, "main" | "contents">): string {
  const guides = readGuides().map((guide) => ({ address: `/docs/${guide.name}`, title: guide.title }));
  const pages = [...guides, { address: docsPath.path, title: "HTTP reference" }];
  return writeFrame({ title, style: STYLE_PATH, pages, current, ...parts });
}
