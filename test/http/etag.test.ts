import { createHash } from "node:crypto";
import { once } from "node:events";
import express from "express";
import { expect, test } from "vitest";
import { FACTS_FORMAT } from "../../src/catalogue/facts/columns-of.ts";
import { answerNotModified } from "../../src/http/answering/catalogue-headers.ts";

/** Of the same state, as a release makes it that derives by this format. */
function etagOf(format: number): string {
  const named = JSON.stringify([format, "state", 7]);
  return `W/"${createHash("sha1").update(named).digest("base64url")}"`;
}

test("an ETag is of what this release derives: a node of another one has not the same answer", async () => {
  const app = express();
  app.get("/", (req, res) => void (answerNotModified(req, res, "state", 7) || res.send("answer")));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
  const ask = (etag: string): Promise<Response> => fetch(url, { headers: { "if-none-match": etag } });

  const [same, other] = [await ask(etagOf(FACTS_FORMAT)), await ask(etagOf(FACTS_FORMAT - 1))];
  server.close();

  expect([same.status, other.status]).toEqual([304, 200]);
  expect(other.headers.get("etag")).toBe(etagOf(FACTS_FORMAT));
});
