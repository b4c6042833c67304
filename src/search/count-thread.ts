import { parentPort, workerData } from "node:worker_threads";
import { countInSlices } from "../catalogue/find-positions.ts";
import { openReader } from "../catalogue/open-catalogue.ts";
import { readRevisions } from "../catalogue/sources.ts";
import { nameSourceLines } from "../source-lines.ts";
import type { CountQuestion, FromCounter } from "./counter.ts";
import { inTurns } from "./in-turns.ts";

/*
 * The thread that counts what broad terms find. Several questions are counted at once, in turns: a narrow one need
 * not wait for a broad one.
 */

/** Larger than on the main thread, where each keeps answers waiting: every slice finds its beginning anew. */
const SLICE = 262_144;

nameSourceLines();
const file: string = workerData;
const catalogue = openReader(file);

parentPort?.on("message", (question: CountQuestion & { readonly id: number }) => {
  void answer(question).then((counts) => tell({ id: question.id, counts }));
});
tell("ready");

/** Undefined when the catalogue is not, or did not stay, what the question is about. */
async function answer(question: CountQuestion): Promise<number[] | undefined> {
  try {
    const counts = await inTurns(count(question));
    return isAsAsked(question) ? counts : undefined;
  } catch {
    // Who asked counts for himself then, and meets the same trouble.
    return undefined;
  }
}

function* count({ sources, expression, filters }: CountQuestion): Generator<void, number[]> {
  const counts: number[] = [];
  for (const source of sources) {
    counts.push(yield* countInSlices(catalogue.sqlite, { source, expression, filters }, SLICE));
  }
  return counts;
}

/** Positions change only together with a source's revision, which only grows. */
function isAsAsked({ sources }: CountQuestion): boolean {
  const revisions = readRevisions(catalogue);
  return sources.every(({ id, revision }) => revisions.get(id) === revision);
}

function tell(message: FromCounter): void {
  parentPort?.postMessage(message);
}
