import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "../http/start-server.ts";
import { cannotBrowse, findings, launch, openPage } from "./browser.ts";

const CANONICAL = "099720109477";
const JAMMY = [1, 2, 3].map((n) =>
  image(`ami-${n}000000000000000${n}`, {
    name: `ubuntu-jammy-22.04-arm64-2026010${n}`,
    ownerId: CANONICAL,
    architecture: "arm64",
    createdAt: `2026-01-0${n}T00:00:00.000Z`,
  }),
);
const GONE = image("ami-00000000000000009", { name: "retired build" });
const MANY = Array.from({ length: 300 }, (_, n) =>
  image(`ami-many${n}`, {
    name: `server ${n}`,
    createdAt: n === 0 ? null : `2025-01-01T00:00:${String(n % 60).padStart(2, "0")}.000Z`,
  }),
);

describe.skipIf(cannotBrowse)("the page's screens", () => {
  let browser: Browser;
  let shared: TestServer;
  beforeAll(async () => {
    browser = await launch();
    shared = await serverWithHistory();
  });
  afterAll(async () => {
    await browser.close();
    await shared[Symbol.asyncDispose]();
  });

  test("the table sorts by the server, keeps few rows, has the columns that are chosen, and a link restores it", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?backend=test`);
    const { page } = open;
    await page.getByRole("button", { name: "Table" }).click();
    await page.getByRole("button", { name: "Name", exact: true }).click();
    const first = page.locator("tbody tr[data-image] .image-name").first();
    await first.getByText("server 0", { exact: true }).waitFor();
    expect(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
    await page.getByRole("button", { name: "Created" }).click();
    await first.getByText("ubuntu-jammy-22.04-arm64-20260103").waitFor();
    await first.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.locator('tr[aria-rowindex="51"] a').waitFor();
    expect(await page.locator("tbody tr[data-image]").count()).toBeLessThan(60);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Region" }).check();
    await page.getByRole("checkbox", { name: "Publisher" }).uncheck();
    await page.keyboard.press("Escape");
    const headers = (): Promise<string[]> => page.getByRole("columnheader").allTextContents();
    const columns = ["Name", "Id", "System", "Architecture", "Region", "Created ↓"];
    expect(await headers()).toEqual(columns);
    expect(await findings(page)).toEqual([]);
    await page.reload();
    await first.waitFor();
    expect(await headers()).toEqual(columns);
    expect(open.troubles).toEqual([]);
  });

  test("a region narrows what is searched in all backends", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?q=jammy`);
    const { page } = open;
    await page.locator(".total strong").getByText("4 images", { exact: true }).waitFor();
    await page.getByRole("button", { name: "us-east-1" }).click();
    await page.locator(".total strong").getByText("1 image", { exact: true }).waitFor();
    await page.getByRole("button", { name: "eu-west-1" }).click();
    await page.locator(".total strong").getByText("4 images", { exact: true }).waitFor();
    expect(await page.locator(".chips button").allTextContents()).toContain("Remove filter Region: us-east-1 ×");
    expect(open.troubles).toEqual([]);
  });

  test("changes are told of all backends, by kind, and an image opens beside them", async () => {
    await using open = await openPage(browser, shared.server.url);
    const { page } = open;
    await page.getByRole("link", { name: "Changes" }).click();
    await page.locator(".change").nth(2).waitFor();
    const kinds = (): Promise<string[]> => page.locator(".change > .badge").allTextContents();
    expect(await kinds()).toEqual(["added", "added", "retired"]);
    await page.getByRole("button", { name: "us-east-1" }).click();
    await page.getByText("2 changes", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove filter Region: us-east-1" }).click();
    await page.getByRole("checkbox", { name: "added" }).uncheck();
    await page.getByText("1 change", { exact: true }).waitFor();
    expect(await kinds()).toEqual(["retired"]);
    await page.locator(".change a").click();
    const pane = page.getByRole("complementary", { name: "retired build" });
    await pane.locator(".history .badge").getByText("retired").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("combobox", { name: "Backend" }).selectOption("test");
    const feed = await page.getByRole("link", { name: "Atom feed" }).getAttribute("href");
    expect((await shared.ask(feed ?? "")).text).toContain("retired build");
    expect(open.troubles).toEqual([]);
  });

  test("an audit sends ids alone, and says of each what is known and what is in its place", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?screen=audit`);
    const { page } = open;
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.postData() ?? ""));
    const text = `secret = "hunter2"\nami = "${JAMMY[0]?.id}"\nami = "${GONE.id}"\nami = "ami-77777777"\ndata "aws_ami" "web" {\n  most_recent = true\n}\n`;
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "main.tf", mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.getByText("4 mentions in the text: 2 errors, 1 warning, 1 note, 0 fine").waitFor();
    const row = (name: string): ReturnType<Page["locator"]> => page.locator(".findings tbody tr", { hasText: name });
    await row("data.aws_ami.web").getByText("name the owners").waitFor();
    expect(await row(GONE.id).textContent()).toContain("has been gone since");
    expect(await row("ami-77777777").textContent()).toContain("no backend ever listed");
    await row(`${JAMMY[0]?.id}`)
      .getByRole("link", { name: JAMMY[2]?.id ?? "" })
      .click();
    await page
      .getByRole("complementary", { name: JAMMY[2]?.name ?? "" })
      .getByText("First seen")
      .waitFor();
    expect(await findings(page)).toEqual([]);
    expect(sent.join("")).not.toContain("hunter2");
    expect(open.troubles).toEqual([]);
  });

  test("the status draws the runs, and gives the reasons of those that failed", async () => {
    await using open = await openPage(browser, shared.server.url);
    const { page } = open;
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.getByRole("link", { name: "Status" }).click();
    await page.locator(".plot canvas").nth(2).waitFor({ state: "attached" });
    await page.getByRole("checkbox", { name: /^Failed/ }).check();
    await page.getByText("forbidden: no ec2:DescribeImages").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(loaded.some((url) => url.includes("status-screen"))).toBe(true);
    expect(open.troubles).toEqual([]);
  });

  test("an image shows its family over time, each region of its cloud, and what happened to it", async () => {
    await using open = await openPage(browser, `${shared.server.url}/?in=test&image=${JAMMY[1]?.id}`);
    const pane = open.page.getByRole("complementary");
    await pane.getByText("3 builds that are listed now").waitFor();
    expect(await pane.locator(".dot-of-build").count()).toBe(3);
    await pane.getByRole("row", { name: /us-east-1 not there/ }).waitFor();
    await pane.getByText("No change is recorded.").waitFor();
    await pane
      .getByRole("definition")
      .getByRole("button", { name: JAMMY[0]?.id ?? "" })
      .click();
    await open.page.locator(`aside[data-image="${JAMMY[0]?.id}"]`).waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("a search is made a webhook by who may, and is a command line of its backend", async () => {
    const tokens = [{ hash: hashToken("a-token-that-may-all"), scope: "admin" }] as const;
    await using server = await startServer({ tokens });
    commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, "one"), JAMMY);
    await using open = await openPage(
      browser,
      `${server.server.url}/?q=jammy&backend=one&deprecated=false&os=ubuntu&starred=true`,
      {
        permissions: ["clipboard-read", "clipboard-write"],
      },
    );
    const { page } = open;
    await page.getByLabel("Token").fill("a-token-that-may-all");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Export and notify" }).click();
    await page.getByRole("button", { name: "Copy as command line" }).click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      "imagedex search --os=ubuntu --starred=true --deprecated=false -- one jammy",
    );
    await page.getByRole("button", { name: "Notify me of changes" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Webhooks cannot be narrowed by: Starred only.").waitFor();
    await dialog.getByLabel("Address").fill("http://169.254.169.254/");
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await dialog.getByRole("alert").getByText("url:").waitFor();
    await dialog.getByLabel("Address").fill("http://127.0.0.1:9/hook");
    await dialog.getByRole("checkbox", { name: "changed" }).uncheck();
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await dialog.getByText(/^whsec_/).waitFor();
    await dialog.getByRole("button", { name: "Remove http://127.0.0.1:9/hook" }).waitFor();
    const headers = { authorization: "Bearer a-token-that-may-all" };
    expect((await server.ask("/backends/one/webhooks", { headers })).json).toMatchObject([
      { search_term: "jammy", os: "ubuntu", deprecated: false, kinds: ["added", "retired", "returned"] },
    ]);
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("button", { name: "Notify me of changes" }).waitFor();
    expect(open.troubles).toEqual([]);
  });
});

/** Two regions; one image more and one less since their first listings; a run that failed. */
async function serverWithHistory(): Promise<TestServer> {
  const server = await startServer();
  const { catalogue } = server.app;
  const three = JAMMY[2] ?? image("");
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [...JAMMY, GONE, ...MANY]);
  commitImages(catalogue, backend, [...JAMMY, ...MANY], { now: "2026-11-02T12:00:00.000Z" });
  const there = await seedBackend(catalogue, "there", undefined, "ec2", "us-east-1");
  commitImages(catalogue, there, [image("ami-there1")]);
  const added = [image("ami-there1"), image("ami-there2"), { ...three, id: "ami-there3" }];
  commitImages(catalogue, there, added, { now: "2026-11-02T11:00:00.000Z" });
  const run = insertRun(catalogue, sourcesOf(catalogue, "there")[0]?.id ?? 0, "2026-11-03T12:00:00.000Z");
  updateRun(catalogue, run, {
    state: "failed",
    error: "no ec2:DescribeImages",
    finishedAt: "2026-11-03T12:00:01.000Z",
  });
  catalogue.sqlite.prepare("UPDATE runs SET code = 'forbidden' WHERE id = ?").run(run);
  await server.app.search.caughtUp();
  return server;
}
