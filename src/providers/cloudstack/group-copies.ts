import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import { agreedMembers, type ExtraMembers, membersBeside } from "../transport/reading/extra-members.ts";
import { jsonValue } from "../transport/reading/json-values.ts";

/** One template in one zone, as it came. */
interface Copy {
  readonly item: unknown;
  /** Equal for the copies of one template. */
  readonly key: unknown;
  /** Undefined where it has no readable id: such a one is nobody's copy. */
  readonly facts?: ExtraMembers;
}

const copy = z.object({ id: z.union([z.string(), z.number().transform(String)]) }).catchall(jsonValue.catch(null));

function readCopy(item: unknown): Copy {
  const { data: facts } = copy.safeParse(item);
  return facts ? { item, key: facts.id, facts } : { item, key: Symbol("no id") };
}

/**
 * Makes one template of those that differ only in their zone. A server sorts by template and then by zone, so copies
 * stand together, though not always on one page: the last template of a page waits for the next.
 */
export async function* groupCopies(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<unknown[]> {
  let held: readonly Copy[] = [];
  for await (const page of pages) {
    const groups = [...Map.groupBy([...held, ...page.map(readCopy)], ({ key }) => key).values()];
    held = groups.pop() ?? [];
    yield groups.map(mergeCopies);
  }
  yield held.length > 0 ? [mergeCopies(held)] : [];
}

function mergeCopies(copies: readonly Copy[]): unknown {
  const facts = copies.map((one) => one.facts).filter((one) => one !== undefined);
  if (facts.length < 2) return copies[0]?.item;
  const agreed = agreedMembers(facts);
  const zones: JsonValue = facts.map((one) => membersBeside(agreed, one));
  return { ...agreed, zones };
}
