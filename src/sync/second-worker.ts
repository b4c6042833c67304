import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { nameSourceLines } from "../source-lines.ts";
import { createBodyDeriver, type DerivedBody } from "./derive-body.ts";
import { SYNC_NICENESS } from "./niceness.ts";
import type { BodyAnswer, BodyQuestion } from "./second-messages.ts";

/* The second thread of a large first listing: it reads pages while the first one asks for others and stages earlier ones. */

nameSourceLines();
const derivers = new Map<string, (body: Uint8Array) => DerivedBody>();

if (process.platform === "linux") setPriority(SYNC_NICENESS);

parentPort?.on("message", (question: BodyQuestion) => {
  const answer: BodyAnswer = { page: tryToDerive(question) };
  parentPort?.postMessage(answer);
});

/** What fails here is done again by the first thread, where it fails as it should. */
function tryToDerive({ provider, body }: BodyQuestion): DerivedBody | undefined {
  try {
    const derive = derivers.get(provider) ?? createBodyDeriver(provider);
    derivers.set(provider, derive);
    return derive(body);
  } catch {
    return undefined;
  }
}
