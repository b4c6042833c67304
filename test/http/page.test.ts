import { expect, test } from "vitest";
import { startServer } from "./start-server.ts";

test("serves the page compressed, with an ETag of its own for each encoding, and 304 to who has it", async () => {
  await using server = await startServer();
  const plain = await server.ask("/", { headers: { "accept-encoding": "identity" } });
  const brotli = await server.ask("/", { headers: { "accept-encoding": "br, gzip" } });
  const gzip = await server.ask("/", { headers: { "accept-encoding": "gzip" } });
  const again = await server.ask("/", {
    headers: { "accept-encoding": "br", "if-none-match": `"other", ${brotli.headers.etag}` },
  });

  expect(plain.text).toContain('<div id="app">');
  expect([plain, brotli, gzip].map(({ headers }) => headers["content-encoding"])).toEqual([undefined, "br", "gzip"]);
  expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.etag)).size).toBe(3);
  expect([again.status, again.text]).toEqual([304, ""]);
  expect(plain.headers).toMatchObject({ "cache-control": "no-cache", "content-type": "text/html; charset=utf-8" });
  expect(plain.headers["content-security-policy"]).not.toContain("unsafe-inline");
});

test("sends compressed what it sends plain, and lets it be kept for ever where the name tells its content", async () => {
  await using server = await startServer();
  const script = /\/assets\/[\w.-]+\.js/.exec((await server.ask("/")).text)?.[0] ?? "";
  const plain = await fetchText(`${server.server.url}${script}`, "identity");

  for (const encoding of ["br", "gzip"]) {
    const answer = await fetchText(`${server.server.url}${script}`, encoding);
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.text).toBe(plain.text);
  }
});

test("gives the page to who has no token yet, and nothing else", async () => {
  const hash = Buffer.alloc(32);
  await using server = await startServer({ tokens: [{ hash, scope: "read" }] });
  expect((await server.ask("/")).status).toBe(200);
  for (const path of ["/providers", "/events", "/facets", "/backends"])
    expect([path, (await server.ask(path)).status]).toEqual([path, 401]);
});

test("holds only its own files", async () => {
  await using server = await startServer();
  for (const path of ["/assets/", "/assets/../../package.json", "/assets/%2e%2e/%2e%2e/package.json", "/index.htm"])
    expect([path, (await server.ask(path)).status]).toEqual([path, 404]);
  expect((await server.ask("/", { method: "POST" })).status).toBe(405);
});

async function fetchText(url: string, encoding: string): Promise<{ headers: Headers; text: string }> {
  const response = await fetch(url, { headers: { "accept-encoding": encoding } });
  return { headers: response.headers, text: await response.text() };
}
