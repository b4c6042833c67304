import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getBackend } from "../../src/record/backends.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { cannotBrowse, findings, launch, openPage } from "./browser.ts";

const CANONICAL = "099720109477";
const BUILDS = [3, 2, 1].map((n) =>
  image(`ami-jammy${n}`, {
    name: `ubuntu-jammy-22.04-arm64-2026010${n}`,
    ownerId: CANONICAL,
    architecture: "arm64",
    createdAt: `2026-01-0${n}T00:00:00.000Z`,
    extra: {
      owner_id: CANONICAL,
      architecture: "arm64",
      creation_date: `2026-01-0${n}T00:00:00.000Z`,
      // Longer than its place: it is scrolled, also with the keyboard alone.
      block_device_mapping: Array.from({ length: 12 }, (_, at) => ({
        DeviceName: `/dev/sd${at}`,
        Ebs: { VolumeSize: 8 },
      })),
    },
  }),
);
const OTHERS = Array.from({ length: 120 }, (_, n) =>
  image(`ami-other${n}`, {
    name: `server of somebody ${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))}`,
    extra: { architecture: "x86_64" },
    ...(n === 0 && { deprecatedAt: "2020-01-01T00:00:00.000Z" }),
  }),
);

describe.skipIf(cannotBrowse)("the search page", () => {
  let browser: Browser;
  let shared: TestServer;
  beforeAll(async () => {
    browser = await launch();
    shared = await serverWithImages();
  });
  afterAll(async () => {
    await browser.close();
    await shared[Symbol.asyncDispose]();
  });

  test("finds as the user types, marks what was found, and folds builds under the newest", async () => {
    await using open = await openPage(browser, shared.server.url);
    const { page } = open;

    await page.getByRole("searchbox").pressSequentially("jammy 22");
    await total(page, "3 images");

    expect(await page.locator(".row").count()).toBe(1);
    expect(await rowNames(page)).toEqual(["ubuntu-jammy-22.04-arm64-20260103"]);
    expect(await page.locator(".row-head mark").allTextContents()).toEqual(["jammy", "22"]);
    expect(await page.locator(".row .badge").allTextContents()).toEqual(["Official"]);
    await page.getByRole("button", { name: "Other builds of ubuntu-jammy" }).click();
    await page.getByText("2 other builds").waitFor();
    expect(await page.locator(".build .image-name").allTextContents()).toEqual([
      "ubuntu-jammy-22.04-arm64-20260102",
      "ubuntu-jammy-22.04-arm64-20260101",
    ]);
    expect(open.troubles).toEqual([]);
  });

  test("is worked by keyboard: to the search, through results, into an image and back, and to a star", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, `${server.server.url}/?q=server`);
    const { page } = open;
    await page.locator(".row").nth(3).waitFor();
    const names = await rowNames(page);
    const focused = (): Promise<string | undefined> =>
      page.evaluate<string | undefined>("document.activeElement.id || document.activeElement.textContent");
    expect(await focused()).toBe("term");

    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(names[1]);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe("term");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("s");
    await page.locator('.row .star[aria-pressed="true"]').waitFor();
    await page.keyboard.press("Enter");
    const pane = page.getByRole("complementary", { name: names[1] ?? "" });
    await pane.getByText("First seen").waitFor();
    await page.keyboard.press("s");
    await pane.locator('.star[aria-pressed="false"]').waitFor();
    await page.keyboard.press("Escape");
    await pane.waitFor({ state: "detached" });
    expect(await focused()).toBe(names[1]);
    await page.keyboard.press("/");
    expect(await focused()).toBe("term");
    await page.keyboard.press("Escape");
    await total(page, "123 images");

    expect((await server.ask("/backends/test/images?starred=true")).json).toEqual([]);
    expect(open.troubles).toEqual([]);
  });

  test("stars, and shows it in the list and where stars are counted", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, `${server.server.url}/?q=jammy`);
    const { page } = open;
    await page.getByRole("button", { name: "Star ubuntu-jammy-22.04-arm64-20260103" }).click();
    await page.locator('.star[aria-pressed="true"]').waitFor();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("checkbox", { name: "Starred only" }).check();
    await total(page, "1 image");
    expect((await server.ask("/backends/test/images?starred=true")).json).toMatchObject([{ id: "ami-jammy3" }]);
  });

  test("narrows by facets with exact counts, and a link restores the whole view; Back goes a step back", async () => {
    await using first = await openPage(browser, `${shared.server.url}/?backend=test`);
    const arm = first.page.getByRole("button", { name: /^arm64/ });
    await arm.waitFor();
    expect(await arm.locator(".count").textContent()).toBe("3");
    await arm.click();
    await total(first.page, "3 images");
    await first.page.locator(".row .image-name").first().click();
    await first.page.getByRole("complementary", { name: "ubuntu-jammy" }).getByText("First seen").waitFor();
    const link = new URL(first.page.url());
    expect(link.search).toBe("?backend=test&architecture=arm64&in=test&image=ami-jammy3");

    await using second = await openPage(browser, link.href);
    await second.page.getByRole("complementary", { name: "ubuntu-jammy" }).getByText("First seen").waitFor();
    await total(second.page, "3 images");
    expect(await second.page.getByRole("combobox", { name: "Backend" }).inputValue()).toBe("test");
    await second.page.getByRole("button", { name: "Remove filter Architecture: arm64" }).click();
    await total(second.page, "123 images");
    await second.page.goBack();
    await total(second.page, "3 images");

    expect([...first.troubles, ...second.troubles]).toEqual([]);
  });

  test("offers a correction when nothing is found, and says what is deprecated", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=ubunut`);
    await open.page.getByText("No image matches “ubunut”.").waitFor();
    await open.page.getByRole("button", { name: "ubuntu" }).click();
    await total(open.page, "3 images");
    await open.page.getByRole("searchbox").fill("ami-other0");
    await open.page.locator(".badge.deprecated").waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("copies the id and what to paste, and shows all that the cloud said", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?in=test&image=ami-jammy3`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page } = open;
    const pane = page.getByRole("complementary");
    const copied: string[] = [];
    for (const name of [
      "Copy Id",
      "Copy AWS command line",
      "Copy Terraform data source",
      "Copy Terraform, newest build",
    ]) {
      await pane.getByRole("button", { name }).click();
      await pane.getByRole("button", { name }).getByText("Copied").waitFor();
      copied.push(await page.evaluate<string>("navigator.clipboard.readText()"));
    }
    expect(copied[0]).toBe("ami-jammy3");
    expect(copied[1]).toContain("aws ec2 run-instances --region eu-west-1 --image-id ami-jammy3");
    expect(copied[1]).toContain("--instance-type t4g.micro");
    expect(copied[2]).toContain('values = ["ubuntu-jammy-22.04-arm64-20260103"]');
    expect(copied[3]).toContain('values = ["ubuntu-jammy-22.04-arm64-*"]');
    expect(await pane.locator(".extra dt").allTextContents()).toEqual([
      "architecture",
      "owner_id",
      "creation_date",
      "block_device_mapping",
    ]);
  });

  test("offers a family's pattern only where it finds no image of another family", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const of = (id: string, name: string): ReturnType<typeof image> => image(id, { name, ownerId: CANONICAL });
    commitImages(catalogue, await seedBackend(catalogue, "test"), [
      of("ami-1", "ubuntu-jammy-22.04-amd64-server-20260101"),
      of("ami-2", "ubuntu-jammy-22.04-amd64-server-20260102"),
      of("ami-3", "ubuntu-jammy-22.04-amd64-server-fips"),
    ]);
    await using open = await openPage(browser, `${server.server.url}/?in=test&image=ami-1`);
    const answered = open.page.waitForResponse((response) => response.url().includes("owner="));
    await open.page.reload();
    await (await answered).finished();
    await open.page.getByRole("button", { name: "Copy Terraform data source" }).waitFor();
    expect(await open.page.getByRole("button", { name: "Copy Terraform, newest build" }).count()).toBe(0);
    commitImages(catalogue, getBackend(catalogue, "test"), [of("ami-1", "ubuntu-jammy-22.04-amd64-server-20260101")]);
    await open.page.reload();
    await open.page.getByRole("button", { name: "Copy Terraform, newest build" }).waitFor();
  });

  test("shows its keys, and gives the whole answer to other programs", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=jammy&architecture=arm64&architecture=x86_64`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page } = open;
    await total(page, "3 images");
    await page.getByRole("button", { name: "Export and notify" }).click();
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByRole("button", { name: "Copy as curl" }).getByText("Copied").waitFor();
    const path = "/images?search_term=jammy&architecture=arm64&architecture=x86_64";
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toBe(`curl '${shared.server.url}${path}'`);
    expect(await page.getByRole("link", { name: "All as JSON" }).getAttribute("href")).toBe(path);
    expect(await page.getByRole("link", { name: "All as CSV" }).getAttribute("href")).toBe(`${path}&format=csv`);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("link", { name: "All as CSV" }).count()).toBe(0);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Export and notify");
    await page.locator(".row a").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help" }).getByText("go to the search").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(open.troubles).toEqual([]);
  });

  test("shows the same image in other regions, and goes there", async () => {
    await using server = await serverWithImages();
    const { catalogue } = server.app;
    const there = await seedBackend(catalogue, "there", undefined, "ec2", "us-east-1");
    commitImages(catalogue, there, [{ ...(BUILDS[0] ?? image("")), id: "ami-there" }]);
    await using open = await openPage(browser, `${server.server.url}/?in=test&image=ami-jammy3`);
    const pane = open.page.getByRole("complementary");
    await pane.getByRole("row", { name: /us-east-1/ }).waitFor();
    await pane.getByRole("button", { name: "ami-there", exact: true }).click();
    await open.page.locator('aside[data-image="ami-there"]').waitFor();
  });

  test("shows what a sync brings while the page is open, and how old it is", async () => {
    await using server = await serverWithImages();
    await using open = await openPage(browser, `${server.server.url}/?q=jammy`);
    await total(open.page, "3 images");
    await open.page.locator(".catalogue", { hasText: "Complete · synced" }).waitFor();
    const { catalogue } = server.app;
    const backend = await seedBackend(catalogue, "another");
    commitImages(catalogue, backend, [image("ami-new", { name: "jammy of another" })]);
    await total(open.page, "4 images");
    await open.page.getByRole("combobox", { name: "Backend" }).getByText("another (1)").waitFor({ state: "attached" });
  });

  test("says how far a first listing is, not that nothing matches, and shows what is listed when asked to", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const sources = [
      { key: "ec2 own", scope: "own" },
      { key: "ec2 public", scope: "public" },
    ] as const;
    const backend = await seedBackend(catalogue, "test", [...sources]);
    commitImages(catalogue, backend, BUILDS);
    const run = insertRun(catalogue, sourcesOf(catalogue, "test")[1]?.id ?? 0, new Date().toISOString());
    updateRun(catalogue, run, { state: "running", listed: 42_000 });
    await using open = await openPage(browser, `${server.server.url}/?q=noble&backend=test`);
    const { page } = open;

    await page.getByText("The first listing is running").waitFor();
    await page.getByText("ec2 public: listing, 42,000 images").first().waitFor();
    expect(await page.getByText("matches").count()).toBe(0);
    await page.getByRole("button", { name: "Show what is listed" }).click();
    await page.getByText("Nothing listed so far matches “noble”.").waitFor();
    await page.getByText("Missing: ec2 public (not listed yet).").waitFor();
    await page.getByRole("button", { name: "Remove filter Show partial results" }).click();
    await page.getByText("The first listing is running").waitFor();

    commitImages(catalogue, backend, [image("ami-noble", { name: "ubuntu-noble" })], { at: 1 });
    await total(page, "1 image");
    expect(await page.locator(".missing").count()).toBe(0);
    expect(open.troubles).toEqual([]);
  });

  test("names what is missing beside what was found, and instead of saying that there is none", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const sources = [
      { key: "ec2 own", scope: "own" },
      { key: "ec2 public", scope: "public" },
    ] as const;
    const backend = await seedBackend(catalogue, "test", [...sources]);
    commitImages(catalogue, backend, BUILDS);
    const now = new Date().toISOString();
    const run = insertRun(catalogue, sourcesOf(catalogue, "test")[1]?.id ?? 0, now);
    updateRun(catalogue, run, { state: "failed", error: "no ec2:DescribeImages", finishedAt: now });
    catalogue.sqlite.prepare("UPDATE runs SET code = 'forbidden' WHERE id = ?").run(run);
    await using open = await openPage(browser, `${server.server.url}/?q=jammy`);
    const { page } = open;

    await total(page, "3 images");
    await page.getByText("Missing: ec2 public (permission refused).").waitFor();
    await page.getByRole("searchbox").fill("noble");
    await page.getByRole("heading", { name: "Not everything is listed" }).waitFor();
    await page.getByText("ec2 public: permission refused: no ec2:DescribeImages").waitFor();
    expect(await page.getByText("No image").count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    expect(open.troubles).toEqual([]);
  });

  test("says clearly that the server does not answer, and goes on when it does again", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=jammy`);
    const { page } = open;
    await total(page, "3 images");
    await page.route("**/images?**", (route) => route.abort());
    await page.getByRole("searchbox").pressSequentially(" 22");
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await page.unroute("**/images?**");
    await total(page, "3 images");
    await page.getByRole("searchbox").fill("x".repeat(999) + " " + "y".repeat(9));
    await page.getByText("No image matches").waitFor();
    await page.goto(`${shared.server.url}/?trust=nobody`);
    await page.getByRole("alert").getByText("trust: expected self").waitFor();
    await page.goto(`${shared.server.url}/?in=test&image=ami-none`);
    await page.getByRole("complementary").getByText('no image "ami-none"').waitFor();
    await page.goto(`${shared.server.url}/?backend=none`);
    await page.getByRole("alert").getByText('no backend "none"').waitFor();
    expect(open.troubles).toEqual([]);
  });

  test.each(["light", "dark"] as const)("has nothing that keeps people out (%s)", async (colorScheme) => {
    await using open = await openPage(browser, `${shared.server.url}/?q=ami-other0`, { colorScheme });
    const { page } = open;
    await page.locator(".facet-value .count").first().waitFor();
    const list = await findings(page);
    await page.getByRole("searchbox").fill("jammy");
    await page.getByRole("button", { name: "Other builds of" }).click();
    await page.getByText("2 other builds").waitFor();
    await page.locator(".row .image-name").first().click();
    await page.getByText("First seen").waitFor();
    const pane = await findings(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Backends" }).click();
    await page.getByRole("dialog").getByText("123 images").waitFor();
    const dialog = await findings(page);
    await page.getByRole("button", { name: "Add a backend" }).click();
    await page.getByLabel("Region").waitFor();
    const form = await findings(page);
    expect({ list, pane, dialog, form }).toEqual({ list: [], pane: [], dialog: [], form: [] });
  });

  test("fits a phone, and costs less than 55 KB, 64 with an image", async () => {
    await using open = await openPage(browser, "about:blank", { viewport: { width: 390, height: 800 } });
    const { page } = open;
    const loaded: Request[] = [];
    page.on("requestfinished", (request) => loaded.push(request));
    await page.goto(`${shared.server.url}/?q=server`);
    await page.locator(".row").first().waitFor();
    const search = await bytesOf(loaded);
    const overflow = (): Promise<number> =>
      page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByRole("button", { name: /^x86_64/ }).waitFor();
    await page.locator(".row .image-name").first().click();
    await page.getByText("First seen").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Close image" }).click();

    const bytes = await bytesOf(loaded);
    console.log(`the page costs ${search} bytes, ${bytes} with an image`);
    expect(search).toBeGreaterThan(10_000);
    expect(search).toBeLessThan(55_000);
    expect(bytes).toBeLessThan(64_000);
    expect(open.troubles).toEqual([]);
  });
});

/** What the page's own files took on the wire, with headers. */
async function bytesOf(loaded: readonly Request[]): Promise<number> {
  const own = loaded.filter((request) => /\/(\?q=server|assets\/.*)$/.test(request.url()));
  const sizes = await Promise.all(own.map((request) => request.sizes()));
  return sizes.reduce((sum, size) => sum + size.responseHeadersSize + size.responseBodySize, 0);
}

/** Waits until so much is found. */
async function total(page: Page, text: string): Promise<void> {
  await page.locator(".total strong").getByText(text, { exact: true }).waitFor();
}

function rowNames(page: Page): Promise<string[]> {
  return page.locator(".row-head .image-name").allTextContents();
}

async function serverWithImages(overrides: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer(overrides);
  commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, "test"), [...BUILDS, ...OTHERS]);
  await server.app.search.caughtUp();
  return server;
}
