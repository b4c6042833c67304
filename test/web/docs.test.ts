import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, devices } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../http/start-server.ts";
import { cannotBrowse, launch, openPage } from "./browser.ts";

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

describe.skipIf(cannotBrowse)("the docs in a browser", () => {
  let browser: Browser;
  let server: TestServer;
  beforeAll(async () => {
    browser = await launch();
    server = await startServer();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test.each([
    ["light, all unfolded", { colorScheme: "light" }, true],
    ["dark, on a phone", { ...devices["Pixel 7"], colorScheme: "dark" }, false],
  ] as const)("are accessible (%s)", { timeout: 60_000 }, async (_, device, isUnfolded) => {
    await using open = await openPage(browser, `${server.server.url}/docs`, device);
    if (isUnfolded) await open.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");

    const { violations } = await new AxeBuilder({ page: open.page }).analyze();

    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(open.troubles).toEqual([]);
    const width = await open.page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect(width).toBeLessThanOrEqual(0);
  });
});
