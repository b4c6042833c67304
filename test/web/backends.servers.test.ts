import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SpawnedEndpoint, spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { getBackend } from "../../src/record/backends.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";
import { cannotBrowse, findings, launch, openPage } from "./browser.ts";

/** In the page: keeps what is shown of a sync, each state of which may last only a moment. */
const RECORD_PROGRESS = `
  window.recorded = [];
  new MutationObserver(() => {
    recorded.push(document.querySelector("main")?.innerText ?? "", document.querySelector(".sync-text")?.innerText ?? "");
    if (document.querySelector("progress, [role=progressbar]")) recorded.push("a bar");
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

const READER = { authorization: "Bearer a-token-that-may-read" };

describe.skipIf(cannotBrowse)("the page's backends", () => {
  let browser: Browser;
  let endpoint: SpawnedEndpoint;
  beforeAll(async () => {
    [browser, endpoint] = await Promise.all([launch(), spawnEndpoint({ count: "12000", region: "eu-west-1" })]);
  });
  afterAll(async () => {
    await browser.close();
    await endpoint[Symbol.asyncDispose]();
  });

  test("lead from the first run over a tested form and a sync's progress to images", async () => {
    await using server = await startServer();
    await using open = await openPage(browser, server.server.url);
    const { page } = open;
    await page.getByText("No cloud is listed yet.").waitFor();
    await page.getByText("Without an account, choose Simple streams").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByLabel("Region").fill("eu-west-1");
    await page.getByLabel("Access key id").fill(endpoint.accessKeyId);
    await page.getByLabel("Secret access key").fill("wrong");
    await page.getByLabel("Endpoint optional").fill(endpoint.url);
    await page.getByLabel("Title").fill("Ireland");
    await page.getByLabel("Id optional", { exact: true }).fill("ireland");
    await page.getByRole("button", { name: "Test and add" }).click();
    await page.locator(".notice.bad").first().waitFor();
    expect((await server.ask("/backends")).json).toEqual([]);

    await page.getByLabel("Secret access key").fill(endpoint.secretAccessKey);
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("answers, 1,000 images on its first page").waitFor();
    await page.evaluate(RECORD_PROGRESS);
    await page.getByRole("button", { name: "Test and add" }).click();
    await page.locator(".row").first().waitFor();
    await page.locator(".catalogue", { hasText: "Complete · synced just now" }).waitFor();
    await page.locator(".sync").waitFor({ state: "detached" });

    const shown: string = await page.evaluate("recorded.join('\\n')");
    expect(shown).toContain("The first listing is running");
    expect(shown).toMatch(/listing, [1-9][\d,]* images/);
    expect(shown).toContain("a bar");

    expect((await server.ask("/backends/ireland")).json).toMatchObject({ title: "Ireland", state: "complete" });
    expect(open.troubles).toEqual([]);
  });

  test("are changed, keeping their secrets, and removed", async () => {
    await using server = await startServer();
    const { accessKeyId: apikey, secretAccessKey: apisecret, url: apiurl } = endpoint;
    const body = { id: "one", title: "One", provider: "ec2", region: "eu-west-1", apikey, apisecret, apiurl };
    await server.ask("/backends", { method: "POST", body: JSON.stringify({ ...body, enabled: false }) });
    await using open = await openPage(browser, server.server.url);
    const { page } = open;

    await page.getByRole("button", { name: "Backends" }).click();
    await page.getByRole("button", { name: "Edit One" }).click();
    expect(await page.getByLabel("Secret access key").inputValue()).toBe("");
    await page.getByLabel("Title").fill("First");
    await page.getByRole("button", { name: "Test and save" }).click();
    await page.getByRole("heading", { name: "First", exact: true }).waitFor();
    expect((await server.ask("/backends/one")).json).toMatchObject({ title: "First", apiurl, region: "eu-west-1" });
    await page.getByRole("button", { name: "Edit First" }).click();
    await page.getByLabel("Region").fill("nowhere at all");
    await page.getByRole("button", { name: "Test and save" }).click();
    await page.locator(".notice.bad", { hasText: "region" }).waitFor();
    expect(await page.getByLabel("Region").getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "Cancel" }).click();

    await page.getByRole("button", { name: "Remove First" }).click();
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Remove First" }).click();
    await page.getByRole("group", { name: "Remove First" }).getByRole("button", { name: "Remove First" }).click();
    await page.getByText("No cloud is listed yet.").waitFor();
    expect((await server.ask("/backends")).json).toEqual([]);
    expect(open.troubles).toEqual([]);
  });

  test("say when a sync fails, and that what is shown is older", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const keys = { apikey: endpoint.accessKeyId, apisecret: "expired", apiurl: endpoint.url };
    const body = { id: "gone", provider: "ec2", region: "eu-west-1", ...keys, enabled: false };
    await server.ask("/backends", { method: "POST", body: JSON.stringify(body) });
    for (const at of [0, 1]) commitImages(catalogue, getBackend(catalogue, "gone"), [image(`ami-${at}`)], { at });
    await using open = await openPage(browser, server.server.url);
    const { page } = open;
    await page.locator(".row").first().waitFor();
    await page.getByRole("button", { name: "Backends" }).click();
    await page.getByRole("button", { name: /^Sync now/ }).click();
    await page.getByRole("button", { name: "Close backends" }).click();

    await page.locator(".notice.bad", { hasText: /The sync of ec2 \S+ own .* failed/ }).waitFor();
    await page.locator(".catalogue", { hasText: "Stale" }).waitFor();
    await page.getByRole("button", { name: "Dismiss" }).first().click();
  });

  test("have fields that are called what their cloud calls them, and hide what is typed only where it is secret", async () => {
    await using server = await startServer();
    await using open = await openPage(browser, server.server.url);
    const { page } = open;
    await page.getByLabel("Cloud").selectOption("openstack");
    expect(await page.getByLabel("User", { exact: true }).getAttribute("type")).toBe("text");
    expect(await page.getByLabel("Password", { exact: true }).getAttribute("type")).toBe("password");
    await page.getByLabel("Project optional").waitFor();
    await page.getByLabel("Cloud").selectOption("docker");
    await page.getByLabel("Client key optional").fill("-----BEGIN\nKEY-----");
    expect(await page.getByLabel("Client key optional").inputValue()).toBe("-----BEGIN\nKEY-----");
    expect(open.troubles).toEqual([]);
  });

  test("need a token where the server does, and offer one that may only read nothing that it may not do", async () => {
    const tokens = [
      { hash: hashToken("a-token-that-may-read"), scope: "read" },
      { hash: hashToken("a-token-that-may-all"), scope: "admin" },
    ] as const;
    await using server = await startServer({ tokens });
    commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, "one"), [image("ami-1")]);
    await using open = await openPage(browser, `${server.server.url}/?q=ami-1`);
    const { page } = open;
    await page.getByLabel("Token").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByLabel("Token").fill("a-wrong-token");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("The server does not know this token.").waitFor();
    await page.getByLabel("Token").fill("a-token-that-may-read");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator(".row").waitFor();
    await page.getByRole("button", { name: "Log out" }).waitFor();
    expect(await page.getByRole("button", { name: /^Star / }).count()).toBe(0);
    await page.locator(".row a").focus();
    await page.keyboard.press("s");
    await page.getByRole("button", { name: "Backends" }).click();
    await page.getByText("needs an admin token").waitFor();
    expect(await page.getByRole("dialog").getByRole("button").allTextContents()).toEqual(["×"]);
    await page.keyboard.press("Escape");
    expect((await server.ask("/backends/one/images?starred=true", { headers: READER })).json).toEqual([]);
    await page.reload();
    await page.locator(".row").waitFor();
    expect(await page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")).toEqual(["", 0, 0]);
    expect(open.troubles).toEqual([]);
  });

  test("can be starred by who logged in to all, until they log out; news reaches them", async () => {
    const tokens = [{ hash: hashToken("a-token-that-may-all"), scope: "admin" }] as const;
    await using server = await startServer({ tokens });
    const { catalogue } = server.app;
    commitImages(catalogue, await seedBackend(catalogue, "one"), [image("ami-1")]);
    await using open = await openPage(browser, `${server.server.url}/?q=ami-`);
    const { page } = open;
    await page.getByLabel("Token").fill(" a-token-that-may-all ");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Star image ami-1" }).click();
    await page.getByRole("button", { name: "Star image ami-1", pressed: true }).waitFor();
    commitImages(catalogue, getBackend(catalogue, "one"), [image("ami-1"), image("ami-2")]);
    await page.getByText("image ami-2").first().waitFor();

    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Token").waitFor();
    await page.reload();
    await page.getByLabel("Token").waitFor();
    expect(open.troubles).toEqual([]);
  });
});
