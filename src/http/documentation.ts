import { Router } from "express";
import { z } from "zod";
import { writeDocs } from "./docs/write-docs.ts";
import { DOCS_STYLE } from "./docs/docs-style.ts";
import { type ApiPath, describePath, json, OPEN } from "./openapi/api-path.ts";
import { describeApi } from "./openapi/document.ts";
import { fileHeaders, fileNotModified, sendStaticFile, type StaticFile, staticFile } from "./static-file.ts";

export const documentPath = describePath("/openapi.json", {
  get: {
    operationId: "readOpenApi",
    summary: "This interface as an OpenAPI document",
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
    summary: "The same to read",
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
/** The page may hold no style of its own: the content security policy allows files of this server alone. */
const STYLE_PATH = "/docs/style.css";

/** `GET /openapi.json`, and `GET /docs`, which shows it. They are made when somebody first asks, and hold nothing secret. */
export function documentationRouter(paths: readonly ApiPath[]): Router {
  const router = Router();
  const serve = (path: string, type: string, write: () => string): void => {
    let file: StaticFile | undefined;
    router.get(path, (req, res) => {
      file ??= staticFile(type, Buffer.from(write()));
      return sendStaticFile(req, res, file);
    });
  };
  serve(documentPath.path, ".json", () => JSON.stringify(describeApi(paths)));
  serve(docsPath.path, ".html", () =>
    writeDocs(describeApi(paths), { style: STYLE_PATH, document: documentPath.path }),
  );
  serve(STYLE_PATH, ".css", () => DOCS_STYLE);
  return router;
}
