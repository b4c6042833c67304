import { type Browser, devices } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../http/start-server.ts";
import { cannotBrowse, findings, launch, openPage } from "./browser.ts";

describe.skipIf(cannotBrowse)("the docs in a browser", () => {
  let browser: Browser;
  let server: TestServer;
  beforeAll(async () => {
    browser = await launch();
    server = await startServer();
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test.each([
    ["light, all unfolded", { colorScheme: "light" }, true],
    ["dark, on a phone", { ...devices["Pixel 7"], colorScheme: "dark" }, false],
  ] as const)("are accessible (%s)", async (_, device, isUnfolded) => {
    await using open = await openPage(browser, `${server.server.url}/docs`, device);
    if (isUnfolded) await open.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");

    expect(await findings(open.page)).toEqual([]);
    expect(open.troubles).toEqual([]);
    const width = await open.page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect(width).toBeLessThanOrEqual(0);
  });
});
