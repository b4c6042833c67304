import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { installPackage } from "../foreign/install-package.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a Chromium is: installed from Debian when this user may, undefined when there is none. */
function findChromium(): string | undefined {
  const found = PLACES.find(existsSync);
  if (found) return found;
  installPackage("chromium");
  return PLACES.find(existsSync);
}

const executable = findChromium();
/** Where tests must not be skipped, a missing browser is a failure: it will not start. */
const isRequired = process.env["CI"] === "true";

/** Whether the tests of the page cannot be run here; says so. */
export const cannotBrowse = executable === undefined && !isRequired;
if (cannotBrowse)
  console.warn("SKIPPED: the search page is not tested, there is no Chromium (apt-get install chromium)");

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executable ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** A page, and what went wrong in it: errors, refused content, warnings. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly troubles: string[];
}

/** Opens a page in a context of its own. What the browser says of an answer's status is no trouble: the page shows it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    const isTrouble = message.type() === "error" || message.type() === "warning";
    if (isTrouble && !message.text().startsWith("Failed to load resource")) troubles.push(message.text());
  });
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}
