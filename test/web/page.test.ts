import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spawnEndpoint } from "../../src/demo/spawn-endpoint.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { findChromium, launch, openPage } from "./browser.ts";

const chromium = findChromium();
const isRequired = process.env["CI"] === "true";
if (!chromium && !isRequired) console.warn("the page is not tested: no Chromium here (apt-get install chromium)");

const CANONICAL = "099720109477";
const BUILDS = [3, 2, 1].map((n) =>
  image(`ami-jammy${n}`, {
    name: `ubuntu-jammy-22.04-arm64-2026010${n}`,
    ownerId: CANONICAL,
    architecture: "arm64",
    createdAt: `2026-01-0${n}T00:00:00.000Z`,
    extra: { owner_id: CANONICAL, architecture: "arm64", creation_date: `2026-01-0${n}T00:00:00.000Z` },
  }),
);
const OTHERS = Array.from({ length: 120 }, (_, n) =>
  image(`ami-other${n}`, {
    name: `somebody's server ${n}`,
    extra: { architecture: "x86_64" },
    ...(n === 0 && { deprecatedAt: "2020-01-01T00:00:00.000Z" }),
  }),
);

describe.skipIf(!chromium && !isRequired)("the search page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(chromium ?? "chromium");
  }, 60_000);
  afterAll(() => browser.close());

  test("finds as the user types, marks what was found, and folds builds under the newest", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, server.server.url);
    const { page } = open;

    await page.getByRole("searchbox").pressSequentially("jammy 22");
    await page.getByText("3 images").waitFor();

    expect(await page.locator(".results > .result").count()).toBe(1);
    expect(await page.locator(".result .name").first().textContent()).toBe("ubuntu-jammy-22.04-arm64-20260103");
    expect(await page.locator(".result mark").allTextContents()).toEqual(expect.arrayContaining(["jammy", "22"]));
    expect(await page.locator(".badge.official").first().textContent()).toBe("Canonical · official");
    await page.getByRole("button", { name: "2 older builds found" }).click();
    await page.getByText("ubuntu-jammy-22.04-arm64-20260101").waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("is worked by keyboard: to the search, through results, into details and back, and to a star", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, `${server.server.url}/?q=jammy`);
    const { page } = open;
    await page.locator(".result").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");

    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const details = page.getByRole("dialog", { name: "ubuntu-jammy-22.04-arm64-20260103" });
    await details.getByText("creation_date").waitFor();
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("s");
    await page.locator('.star[aria-pressed="true"]').waitFor();

    expect((await server.ask("/backends/test/images?starred=true")).json).toMatchObject([{ id: "ami-jammy3" }]);
    expect(open.troubles).toEqual([]);
  });

  test("narrows by facets with exact counts, and a link restores the whole view", async () => {
    await using server = await serverWithImages();
    await using first = await openPage(browser, server.server.url);
    const choice = first.page.locator("label.choice", { hasText: "arm64" });
    await choice.waitFor();
    expect(await choice.locator(".count").textContent()).toBe("3");
    await choice.locator("input").check();
    await first.page.getByText("3 images").waitFor();
    await first.page.locator(".result .name").first().click();
    await first.page.getByRole("dialog").getByText("creation_date").waitFor();

    await using second = await openPage(browser, first.page.url());
    await second.page.getByRole("dialog", { name: "ubuntu-jammy" }).waitFor();

    expect(new URL(second.page.url()).search).toBe("?architecture=arm64&in=test&image=ami-jammy3");
    await second.page.getByText("3 images").waitFor({ state: "attached" });
    expect([...first.troubles, ...second.troubles]).toEqual([]);
  });

  test("offers a correction when nothing is found, and says what is deprecated", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, `${server.server.url}/?q=ubunut`);
    await open.page.getByRole("button", { name: "ubuntu" }).click();
    await open.page.getByText("3 images").waitFor();
    await open.page.getByRole("searchbox").fill("ami-other0");
    await open.page.locator(".badge.deprecated").waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("leads from the first run over a tested form and a sync's progress to images", async () => {
    await using endpoint = await spawnEndpoint({ count: "1500", region: "eu-west-1" });
    await using server = await startServer();
    await using open = await openPage(browser, server.server.url);
    const { page } = open;
    await page.getByText("There is no cloud yet").waitFor();
    await page.getByLabel("title").fill("Ireland");
    await page.getByLabel("region").fill("eu-west-1");
    await page.getByLabel("apikey").fill("wrong");
    await page.getByLabel("apisecret").fill("wrong");
    await page.getByLabel("apiurl").fill(endpoint.url);
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("It does not work yet.").waitFor();
    await page.getByLabel("apikey").fill(endpoint.accessKeyId);
    await page.getByLabel("apisecret").fill(endpoint.secretAccessKey);
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("It works.").waitFor();

    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".result").first().waitFor({ timeout: 20_000 });

    expect(await page.locator(".status").textContent()).toMatch(/\d+ images, as of just now/);
    await page.getByRole("button", { name: "Backends" }).click();
    await page.getByRole("dialog").getByText("Ireland").waitFor();
  });

  test("asks for a token where the server does, and goes on with it", async () => {
    const { hashToken } = await import("../../src/http/access.ts");
    const tokens = [{ hash: hashToken("a-token-of-the-tests"), scope: "admin" } as const];
    await using server = await serverWithImages({ tokens });
    await using open = await openPage(browser, server.server.url);
    await open.page.getByLabel("This server asks for a token").fill("a-token-of-the-tests");
    await open.page.getByRole("button", { name: "Sign in" }).click();
    await open.page.locator(".result").first().waitFor();
  });

  test.each(["light", "dark"] as const)("has nothing that keeps people out (%s)", async (colorScheme) => {
    await using server = await serverWithImages();
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(`${server.server.url}/?q=server`);
    await page.locator("label.choice .count").first().waitFor();
    const list = await new AxeBuilder({ page }).analyze();
    await page.locator(".result .name").first().click();
    await page.getByRole("dialog").getByText("First seen").waitFor();
    const dialog = await new AxeBuilder({ page }).analyze();
    await context.close();
    const serious = [...list.violations, ...dialog.violations].filter(
      ({ impact }) => impact === "serious" || impact === "critical",
    );
    expect(serious.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test("fits a phone, and costs less than 100 KB", async () => {
    await using server = await serverWithImages();
    const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const page = await context.newPage();
    let bytes = 0;
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname === "/" || /\.(js|css|svg)$/.test(pathname))
        bytes += Number(response.headers()["content-length"] ?? Number.NaN);
    });
    await page.goto(`${server.server.url}/?q=server`);
    await page.locator(".result").first().waitFor();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    await context.close();
    expect(overflow).toBeLessThanOrEqual(0);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(100_000);
  });
});

async function serverWithImages(overrides: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer(overrides);
  commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, "test"), [...BUILDS, ...OTHERS]);
  await server.app.search.caughtUp();
  return server;
}
