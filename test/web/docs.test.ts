import { expect, test } from "vitest";
import { startServer } from "../http/start-server.ts";

test("the docs hold every operation and schema once, no script, and nothing from elsewhere", async () => {
  await using server = await startServer();
  const { json } = await server.ask("/openapi.json");
  const { text, headers } = await server.ask("/docs");

  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id ?? "");
  const operations = Object.values<Record<string, { operationId: string }>>(json.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  const schemas = Object.keys(json.components.schemas).map((name) => `schema-${name}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...operations, ...schemas].filter((id) => !ids.includes(id))).toEqual([]);
  const targets = [...text.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id ?? "");
  expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  expect(text).not.toMatch(/<script|<style| style=| on\w+=|undefined|\[object|(src|href)="(?!#|\/)/);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect((await server.ask("/docs/style.css")).headers["content-type"]).toBe("text/css; charset=utf-8");
});

test("who has no token reads the docs too", async () => {
  await using server = await startServer({ tokens: [{ hash: Buffer.alloc(32), scope: "read" }] });
  for (const path of ["/docs", "/docs/style.css", "/openapi.json"])
    expect([path, (await server.ask(path)).status]).toEqual([path, 200]);
});
