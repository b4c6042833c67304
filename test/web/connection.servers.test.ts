import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { serve } from "../../src/app.ts";
import { createLog } from "../../src/log.ts";
import { listenUntilSilent } from "../../src/web/server/listen-until-silent.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";
import { cannotBrowse, launch, openPage } from "./browser.ts";

describe.skipIf(cannotBrowse)("while the server is down, the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  test("says so though nobody asks anything, keeps what it shows, and comes back by itself", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    commitImages(catalogue, await seedBackend(catalogue, "one"), [image("ami-1"), image("ami-2", { name: "two" })]);
    await using open = await openPage(browser, server.server.url);
    const { page } = open;
    const state = page.locator(".catalogue");
    await state.getByText("Complete").waitFor();

    await server.server[Symbol.asyncDispose]();
    await state.getByText("No connection").waitFor();
    expect(await page.locator(".row").count()).toBe(2);
    await page.getByRole("searchbox").fill("two");
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    expect(await page.getByText("Complete").count()).toBe(0);
    expect(await page.getByText("No image").count()).toBe(0);

    const port = Number(new URL(server.server.url).port);
    await using again = await serve(server.app, { ...server.config, port }, createLog("silent"));
    await page.locator(".total strong").getByText("1 image", { exact: true }).waitFor();
    await state.getByText("Complete").waitFor();
    expect(again.url).toBe(server.server.url);
    expect(await page.getByText("No connection").count()).toBe(0);
  });
});

test("a server that says nothing any more, not even that it is there, is given up", async () => {
  vi.useFakeTimers();
  try {
    const signals: AbortSignal[] = [];
    const listening = listenUntilSilent(
      (signal) => {
        signals.push(signal);
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
          start: (stream) => {
            stream.enqueue(new TextEncoder().encode(":\n\n"));
            signal.addEventListener("abort", () => stream.error(signal.reason));
          },
        });
        return Promise.resolve(new Response(body));
      },
      { tell: () => undefined, opened: () => undefined, signal: new AbortController().signal },
    );
    const pass = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(19_000);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
      await vi.advanceTimersByTimeAsync(2_000);
    };
    await Promise.all([expect(listening).rejects.toThrow("aborted"), pass()]);
  } finally {
    vi.useRealTimers();
  }
});
