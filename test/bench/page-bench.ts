import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { createRandom } from "../../src/demo/generate/random.ts";
import { launch, openPage } from "../web/browser.ts";
import type { Corpus } from "./corpus.ts";
import { type Bar, medianOf } from "./measure.ts";
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

/** Milliseconds between two frames of a screen of 60 Hz. */
const FRAME_MS = 1000 / 60;

/**
 * The search page in headless Chromium: what it takes from a key to the painted result. A person's keys fall anywhere between two
 * frames, so each key here waits for another part of one: pressed at once, all would come just after a frame, which is the worst
 * moment.
 */
export async function benchPage(corpus: Corpus, count: number): Promise<Bar[]> {
  await using server = await spawnServer(corpus.file);
  await using browser = await launch();
  await using open = await openPage(browser, server.url);
  await open.page.locator(".row").first().waitFor();
  const all: number[] = [];
  // The first round counts the totals of every term once, as the first person to type it would.
  const anywhere = anywhereInFrame();
  for (const term of [...TERMS, ...TERMS]) {
    const times = (await typeTerm(open.page, term, count, anywhere)).toSorted((a, b) => a - b);
    const [median, most] = [times[Math.floor(times.length / 2)] ?? Number.NaN, times.at(-1) ?? Number.NaN];
    console.log(`typing ${term}: ms from key to paint, median ${median.toFixed(0)}, most ${most.toFixed(0)}`);
    all.push(...times);
  }
  const atWorst: number[] = [];
  for (const term of TERMS) atWorst.push(...(await typeTerm(open.page, term, count, () => 0)));
  const least = medianOf(await leastTimes(open.page, server.url, anywhere));
  const median = medianOf(all);
  console.log(
    `each key just after a frame: median ${medianOf(atWorst).toFixed(1)} ms; a page that only asks the same and shows one number: median ${least.toFixed(1)} ms`,
  );
  return [{ what: `page: ms from key to paint at ${count} images, median`, measured: median, bar: 30, atLeast: false }];
}

/** How long to wait for the next key, in milliseconds. */
function anywhereInFrame(): () => number {
  const random = createRandom(1);
  return () => random.below(Math.ceil(FRAME_MS));
}

/**
 * What the browser itself takes: a page of one field that asks for the same with each key and shows the length of the answer,
 * in milliseconds.
 */
async function leastTimes(page: Page, url: string, wait: () => number): Promise<number[]> {
  // A page of the server's own origin, so that it may ask.
  await page.goto(`${url}/healthz`);
  await page.evaluate(`{${LEAST}}`);
  const times: number[] = [];
  for (const term of TERMS)
    for (const [at, letter] of Array.from(term).entries()) {
      await delay(wait());
      await page.keyboard.press(letter === " " ? "Space" : letter);
      if (letter !== " ") times.push(await page.evaluate<number>(`shown(${JSON.stringify(term.slice(0, at + 1))})`));
    }
  return times;
}

const LEAST = `
  document.body.innerHTML = "<output></output>";
  let from = 0;
  let wake;
  window.shown = async (term) => {
    await window.pending;
    return window.took;
  };
  let term = "";
  addEventListener("keydown", (event) => {
    from = event.timeStamp;
    term += event.key === "Space" ? " " : event.key;
    window.pending = fetch("/images?fields=extended&limit=50&search_term=" + encodeURIComponent(term))
      .then((answer) => answer.json())
      .then((entries) => new Promise((resolve) => {
        document.querySelector("output").textContent = entries.length;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve((window.took = performance.now() - from));
          channel.port2.postMessage(null);
        });
      }));
  }, true);
`;

/** Types a term key by key, each when the one before was painted; the times from key to paint. */
async function typeTerm(page: Page, term: string, count: number, wait: () => number): Promise<number[]> {
  const times: number[] = [];
  await page.getByRole("searchbox").fill("");
  await page.getByText(`${count.toLocaleString("en")} images`, { exact: true }).waitFor();
  await page.evaluate(`{${WATCH}}`);
  for (const [at, letter] of Array.from(term).entries()) {
    await delay(wait());
    await page.keyboard.press(letter === " " ? "Space" : letter);
    // A space alone asks nothing new.
    if (letter === " ") continue;
    times.push(await page.evaluate<number>(`painted(${JSON.stringify(term.slice(0, at + 1))})`));
  }
  return times;
}
