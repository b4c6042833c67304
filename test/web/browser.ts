import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a Chromium is: installed from Debian when this user may, undefined when there is none. */
export function findChromium(): string | undefined {
  const found = PLACES.find(existsSync);
  if (found || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return found;
  try {
    execFileSync("apt-get", ["install", "-y", "-q", "chromium"], { stdio: "ignore", timeout: 300_000 });
  } catch {
    return undefined;
  }
  return PLACES.find(existsSync);
}

/** A page, and what went wrong in it: errors, refused content, broken requests. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly troubles: string[];
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<WatchedPage> {
  const page = await browser.newPage(options);
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  await page.goto(url);
  return { page, troubles, [Symbol.asyncDispose]: () => page.close() };
}
