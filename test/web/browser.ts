import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { needProgram } from "../foreign/need-program.ts";

const { path, isMissing } = needProgram("chromium");

/** Whether there is no Chromium here, so that the tests of the page are skipped. */
export const cannotBrowse = isMissing;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
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
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}

/** What axe-core finds wrong in what a page shows; empty where it finds nothing. */
export async function findings(page: Page): Promise<unknown[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]);
}
