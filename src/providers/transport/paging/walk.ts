import type { FailedPart, ImagePage } from "../../provider.ts";
import type { JsonClient } from "../http/json-client.ts";
import { createPartLedger, failedPage, type PartLedger } from "./part-ledger.ts";

/** What one step of a walk found: images, and where to go on from there. */
export interface StepResult extends Partial<Pick<ImagePage, "images" | "rejected">> {
  readonly next?: readonly Step[];
}

/** One request, or a few, of a listing that is a tree: an account's galleries, their images, their versions. */
export interface Step {
  (): Promise<StepResult>;
  /** The part of the source that the step and all that follow from it are of; absent in steps that lead to parts. */
  readonly part?: string | undefined;
}

/** A step that may fail, with whatever follows from it, without failing the walk. */
export function inPart(part: string, step: Step): Step {
  return Object.assign((): Promise<StepResult> => step(), { part });
}

/**
 * Walks a tree of requests with at most `atOnce` of them under way; deep before wide, so that little is kept waiting.
 * A part that fails is left, and named in `failedParts`. Throws what a failing step outside of any part throws: a tree with
 * a branch missing is no complete listing; and the first failure where every part fails. The caller ends the steps still
 * under way then, by the client's signal.
 */
export async function* walk(
  roots: readonly Step[],
  { client, atOnce }: { client: Pick<JsonClient, "takeCalls">; atOnce: number },
): AsyncGenerator<ImagePage> {
  const ledger = createPartLedger();
  const waiting = roots.toReversed();
  const underWay = new Set<Promise<{ readonly taken: Taken; readonly done: () => void }>>();
  while (waiting.length > 0 || underWay.size > 0) {
    while (underWay.size < atOnce) {
      const step = waiting.pop();
      if (!step) break;
      const going = take(step, ledger).then((taken) => ({ taken, done: () => underWay.delete(going) }));
      underWay.add(going);
    }
    const { taken, done } = await Promise.race(underWay);
    done();
    waiting.push(...taken.next.toReversed());
    if (!leadsToParts(taken)) yield pageOf(taken, client.takeCalls());
  }
  ledger.close();
}

/** A step that was taken, its part, and its result. */
interface Taken {
  readonly part: string | undefined;
  readonly found: StepResult;
  readonly next: readonly Step[];
  readonly failure?: FailedPart | undefined;
}

async function take(step: Step, ledger: PartLedger): Promise<Taken> {
  const { part } = step;
  if (part === undefined) return toTaken(part, await step());
  const passed = ledger.passOver(part);
  if (passed === "failed") return toTaken(part, {});
  if (passed) return { ...toTaken(part, {}), failure: passed };
  try {
    const found = await step();
    ledger.answered(part);
    return toTaken(part, found);
  } catch (error) {
    return { ...toTaken(part, {}), failure: ledger.fail(part, error) };
  }
}

function toTaken(part: string | undefined, found: StepResult): Taken {
  const next = (found.next ?? []).map((step) =>
    part === undefined || step.part !== undefined ? step : inPart(part, step),
  );
  return { part, found, next };
}

/** In a source with parts every page names its part: the calls of what leads to them are counted with theirs. */
function leadsToParts({ part, next }: Taken): boolean {
  return part === undefined && next.some((step) => step.part !== undefined);
}

function pageOf({ part, found: { images = [], rejected = [] }, failure }: Taken, calls: number): ImagePage {
  if (part === undefined) return { images, rejected, calls };
  return { ...failedPage(part, failure, calls), images, rejected };
}
