import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";
import type { DerivedBody } from "./derive-body.ts";
import type { BodyAnswer, BodyQuestion } from "./second-messages.ts";
import { READING_LIMITS } from "./thread-limits.ts";

/**
 * Reads a part of a listing's pages. It holds nothing that would be lost with it: what it does not deliver, its caller does itself.
 */
export interface SecondThread extends AsyncDisposable {
  /** Reads the body of a provider's page, in the order of calls; undefined where that fails. Never rejects. */
  read(provider: string, body: Uint8Array): Promise<DerivedBody | undefined>;
}

/** Gives `work` a second thread, which ends with it. */
export async function withSecondThread<T>(log: Log, work: (second: SecondThread) => Promise<T>): Promise<T> {
  await using second = createSecondThread(log);
  return await work(second);
}

const SCRIPT = new URL(`./second-worker${extname(import.meta.filename)}`, import.meta.url);

/** Started with its first page. `script`: what it runs. */
export function createSecondThread(log: Log, script = SCRIPT): SecondThread {
  let worker: Worker | undefined;
  let isLost = false;
  const questions: ((page: DerivedBody | undefined) => void)[] = [];
  const start = (): Worker => {
    const started = new Worker(script, { resourceLimits: READING_LIMITS });
    started.on("message", ({ page }: BodyAnswer) => questions.shift()?.(page));
    started.on("error", (error) => log.warn({ err: error }, "second thread of a sync failed"));
    return started.on("exit", () => {
      isLost = true;
      for (const answer of questions.splice(0)) answer(undefined);
    });
  };
  return {
    read(provider, body) {
      if (isLost) return Promise.resolve(undefined);
      const question: BodyQuestion = { provider, body };
      return new Promise((resolve) => {
        questions.push(resolve);
        (worker ??= start()).postMessage(question);
      });
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}
