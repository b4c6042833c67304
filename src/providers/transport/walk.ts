import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "./http.ts";

/** What one step of a walk found: images, and where to go on from there. */
export interface Found extends Partial<Pick<ImagePage, "images" | "rejected">> {
  readonly next?: readonly Step[];
}

/** One request, or a few, of a listing that is a tree: an account's galleries, their images, their versions. */
export type Step = () => Promise<Found>;

/**
 * Walks a tree of requests with at most `atOnce` of them under way; deep before wide, so that little is kept waiting.
 * Throws what the first failing step throws: a tree with a branch missing is no complete listing. The caller ends the
 * steps still under way then, by the client's signal.
 */
export async function* walk(
  roots: readonly Step[],
  { client, atOnce }: { client: Pick<JsonClient, "takeCalls">; atOnce: number },
): AsyncGenerator<ImagePage> {
  const waiting = roots.toReversed();
  const underWay = new Set<Promise<{ readonly found: Found; readonly done: () => void }>>();
  while (waiting.length > 0 || underWay.size > 0) {
    while (underWay.size < atOnce) {
      const step = waiting.pop();
      if (!step) break;
      const going = step().then((found) => ({ found, done: () => underWay.delete(going) }));
      underWay.add(going);
    }
    const { found, done } = await Promise.race(underWay);
    done();
    waiting.push(...(found.next ?? []).toReversed());
    yield { images: found.images ?? [], rejected: found.rejected ?? [], calls: client.takeCalls() };
  }
}
