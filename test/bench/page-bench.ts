import type { Page } from "playwright-core";
import { launch, openPage } from "../web/browser.ts";
import type { Corpus } from "./corpus.ts";
import type { Bar } from "./measure.ts";
import { spawnServer } from "./spawn-server.ts";

const TERMS = ["ubuntu jammy", "windows 2022", "debian 12"];

/**
 * In the page: `painted(term)` resolves with the milliseconds from the last key to the first frame with the term's rows. A task
 * that is posted in an animation frame runs after that frame was painted.
 */
const WATCH = `
  let pressedAt = 0;
  addEventListener("keydown", (event) => (pressedAt = event.timeStamp), true);
  const times = new Map();
  const waiting = new Map();
  window.painted = (term) =>
    new Promise((resolve) => (times.get(term) > 0 ? resolve(times.get(term)) : waiting.set(term, resolve)));
  new MutationObserver(() => {
    const term = document.querySelector(".results ol")?.dataset.term ?? "";
    if (times.has(term) || term !== document.querySelector("#term").value) return;
    times.set(term, NaN);
    const from = pressedAt;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        times.set(term, performance.now() - from);
        waiting.get(term)?.(times.get(term));
      };
      channel.port2.postMessage(null);
    });
  }).observe(document.querySelector("#app"), { subtree: true, childList: true, attributes: true });
`;

/** The search page in headless Chromium: what it takes from a key to the painted result. */
export async function benchPage(corpus: Corpus, count: number): Promise<Bar[]> {
  await using server = await spawnServer(corpus.file);
  await using browser = await launch();
  await using open = await openPage(browser, server.url);
  await open.page.locator(".row").first().waitFor();
  const all: number[] = [];
  // The first round counts the totals of every term once, as the first person to type it would.
  for (const term of [...TERMS, ...TERMS]) {
    const times = (await typeTerm(open.page, term, count)).toSorted((a, b) => a - b);
    const [median, most] = [times[Math.floor(times.length / 2)] ?? Number.NaN, times.at(-1) ?? Number.NaN];
    console.log(`typing ${term}: ms from key to paint, median ${median.toFixed(0)}, most ${most.toFixed(0)}`);
    all.push(...times);
  }
  all.sort((a, b) => a - b);
  const median = all[Math.floor(all.length / 2)] ?? Number.NaN;
  return [{ what: `page: ms from key to paint at ${count} images, median`, measured: median, bar: 50, atLeast: false }];
}

/** Types a term key by key, each when the one before was painted; the times from key to paint. */
async function typeTerm(page: Page, term: string, count: number): Promise<number[]> {
  const times: number[] = [];
  await page.getByRole("searchbox").fill("");
  await page.getByText(`${count.toLocaleString("en")} images`, { exact: true }).waitFor();
  await page.evaluate(`{${WATCH}}`);
  for (const [at, letter] of Array.from(term).entries()) {
    await page.keyboard.press(letter === " " ? "Space" : letter);
    // A space alone asks nothing new.
    if (letter === " ") continue;
    times.push(await page.evaluate<number>(`painted(${JSON.stringify(term.slice(0, at + 1))})`));
  }
  return times;
}
