import type { JsonValue } from "../../image.ts";
import { agreedFacts, type Facts, factsBeside } from "../transport/facts.ts";

/**
 * Makes one template of those that differ only in their zone. A server sorts by template and then by zone, so copies
 * stand together, though not always on one page: the last template of a page waits for the next.
 */
export async function* groupCopies(pages: AsyncIterable<readonly Facts[]>): AsyncGenerator<Facts[]> {
  let held: readonly Facts[] = [];
  for await (const page of pages) {
    const groups = [...Map.groupBy([...held, ...page], ({ id }) => id).values()];
    held = groups.pop() ?? [];
    yield groups.map(mergeCopies);
  }
  yield held.length > 0 ? [mergeCopies(held)] : [];
}

function mergeCopies(copies: readonly Facts[]): Facts {
  const agreed = agreedFacts(copies);
  if (copies.length === 1) return agreed;
  const zones: JsonValue = copies.map((copy) => factsBeside(agreed, copy));
  return { ...agreed, zones };
}
