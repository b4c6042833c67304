import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { cannotBrowse, launch, openPage } from "./browser.ts";

const CANONICAL = "099720109477";
const MANY = 4_000;

describe.skipIf(cannotBrowse)("a search in the page", () => {
  let browser: Browser;
  let shared: TestServer;
  beforeAll(async () => {
    browser = await launch();
    shared = await startServer();
    const { catalogue } = shared.app;
    commitImages(catalogue, await seedBackend(catalogue, "ec2"), [
      ...Array.from({ length: MANY }, (_, n) => image(`ami-many${n}`, { name: `many ${letters(n)}` })),
      ...Array.from({ length: 700 }, (_, n) =>
        image(`ami-build${n}`, {
          name: `ubuntu-jammy-22.04-amd64-server-${20240101 + n}`,
          ownerId: CANONICAL,
          createdAt: new Date(1.7e12 + n * 8.64e7).toISOString(),
          platform: "Linux/UNIX",
        }),
      ),
      image("ami-last", { name: "a folder of ubuntu-jammy", createdAt: "2001-01-01T00:00:00.000Z" }),
    ]);
    const openstack = await seedBackend(
      catalogue,
      "cloud",
      [{ key: "os public", scope: "public" }],
      "openstack",
      "one",
    );
    commitImages(catalogue, openstack, [
      image("os-rocky", {
        name: "golden",
        platform: "Linux/UNIX",
        extra: { metadata: { os_distro: "rocky", os_version: "9.4" } },
      }),
      image("os-turned", { name: "evil \u202egpj.exe\u202c end" }),
    ]);
    await shared.app.search.caughtUp();
  });
  afterAll(async () => {
    await browser.close();
    await shared[Symbol.asyncDispose]();
  });

  test("is a step of the history once Enter is pressed; typing is none, and Enter again opens the first result", async () => {
    await using open = await openPage(browser, shared.server.url);
    const { page } = open;
    const box = page.getByRole("searchbox");
    await box.pressSequentially("golden");
    await total(page, "1 image");
    await box.press("Enter");
    await box.fill("evil");
    await total(page, "1 image");
    await box.press("Enter");
    expect(new URL(page.url()).search).toBe("?q=evil");
    await box.press("Enter");
    await page.getByRole("complementary").getByText("First seen").waitFor();

    const steps: string[] = [];
    for (let step = 0; step < 3; step++) {
      await page.goBack();
      steps.push(`${new URL(page.url()).search} ${await box.inputValue()}`);
    }
    expect(steps).toEqual(["?q=evil evil", "?q=golden golden", " "]);
    await page.goForward();
    await page.getByText("golden", { exact: true }).first().waitFor();
    await box.fill("evil");
    await page.getByRole("button", { name: /^x86_64/ }).click();
    await page.goBack();
    await expect.poll(() => box.inputValue()).toBe("evil");
    await page.goBack();
    await expect.poll(() => box.inputValue()).toBe("golden");
    expect(open.troubles).toEqual([]);
  });

  test("keeps few nodes of a list of thousands, which goes on until its last row is in sight", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=many`);
    const { page } = open;
    await total(page, "4,000 images");
    const last = page.locator(`.row[aria-posinset="${MANY}"]`);
    const scrollOn = async (): Promise<number> => {
      await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
      return last.count();
    };
    await expect.poll(scrollOn, { timeout: 120_000 }).toBe(1);

    await page.getByText("4,000 images", { exact: true }).waitFor();
    expect(await page.locator(".row").count()).toBeLessThan(60);
    expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(2_500);
    expect(await last.getAttribute("aria-setsize")).toBe(String(MANY));
    await last.locator("a").focus();
    await page.keyboard.press("Home");
    await page.locator('.row[aria-posinset="1"] a:focus').waitFor();
    await page.keyboard.press("End");
    await page.locator(`.row[aria-posinset="${MANY}"] a:focus`).waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("goes on through hundreds of builds of one family to what comes after them", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=ubuntu-jammy`);
    await total(open.page, "701 images");
    await open.page.locator('.row[data-image="ami-last"]').waitFor();
    expect(await open.page.locator(".more").count()).toBe(0);
  });

  test("names the filters that hide everything, and says what is found without them", async () => {
    await using open = await openPage(
      browser,
      `${shared.server.url}/?q=golden&os=debian&architecture=x86_64&backend=cloud`,
    );
    const { page } = open;
    await page.getByText("No image matches “golden” with these filters.").waitFor();
    const ways = page.locator(".ways li");
    await ways.filter({ hasText: "Without Operating system: Debian" }).filter({ hasText: "1 image" }).waitFor();
    await page.locator(".ways").getByText("Without Architecture: x86_64").waitFor({ state: "detached" });
    await page.locator(".ways").getByRole("button", { name: "Clear filters" }).click();
    await total(page, "1 image");
    expect(new URL(page.url()).search).toBe("?q=golden&backend=cloud");
  });

  test("is narrowed to several values of a filter, each with a chip of its own", async () => {
    await using open = await openPage(browser, shared.server.url);
    const { page } = open;
    const filters = page.getByRole("region", { name: "Filters" });
    await filters.getByRole("button", { name: /^Ubuntu/ }).click();
    await total(page, "700 images");
    await filters.getByRole("button", { name: /^Rocky Linux/ }).click();
    await total(page, "701 images");
    expect(new URL(page.url()).search).toBe("?os=ubuntu&os=rocky");
    await page.getByRole("button", { name: "Remove filter Operating system: Ubuntu" }).click();
    await total(page, "1 image");
  });

  test("shows the system of every cloud's images, and counts systems, not the cloud's word for all of them", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?backend=cloud`);
    const { page } = open;
    await page.locator('.row[data-image="os-rocky"] .facts').getByText("Rocky Linux 9.4").waitFor();
    const systems = page.getByRole("group", { name: "Operating system" });
    await systems.getByText("Rocky Linux").waitFor();
    expect(await systems.locator(".facet-name").allTextContents()).toEqual(["Rocky Linux"]);
  });

  test("shows characters that turn the direction of writing, wherever the name stands", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=evil`);
    const { page } = open;
    await page.locator(".row .image-name").click();
    await page.getByText("First seen").waitFor();
    const text: string = await page.evaluate(
      "document.body.innerText + [...document.querySelectorAll('[aria-label],[title]')].map((e) => e.ariaLabel + e.title)",
    );
    expect(text).toContain(String.raw`evil \u202egpj.exe\u202c end`);
    expect(text + (await page.title())).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  test("has its filters in columns of their own on a phone", async () => {
    await using open = await openPage(browser, `${shared.server.url}/`, { viewport: { width: 390, height: 800 } });
    const { page } = open;
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByRole("button", { name: /^Ubuntu/ }).waitFor();
    const crossing: string[] = await page.evaluate(`
      [...document.querySelectorAll(".facet-value:has(.count)")].filter((button) => {
        const [name, count] = [...button.children].map((each) => each.getBoundingClientRect());
        const box = button.closest("fieldset").getBoundingClientRect();
        return name.right > count.left || count.right > box.right + 9 || box.right > innerWidth;
      }).map((button) => button.textContent)`);
    expect(crossing).toEqual([]);
  });
});

/** Waits until so much is found. */
async function total(page: Page, text: string): Promise<void> {
  await page.locator(".total strong").getByText(text, { exact: true }).waitFor();
}

/** A number as letters, which no family takes for a build. */
function letters(n: number): string {
  return Array.from(String(n).padStart(4, "0"), (digit) => "abcdefghij"[Number(digit)]).join("");
}
