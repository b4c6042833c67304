import { expect } from "vitest";
import type { ImagePage } from "../../src/providers/provider.ts";

type Item = Readonly<Record<string, unknown>>;

/** An item of a cloud with one odd field, and which one that is. */
interface OddItem {
  readonly what: string;
  readonly isOddId: boolean;
  readonly id: string;
  readonly item: Item;
}

export interface OddFieldsCase {
  /** The `n`th image as the cloud has it, with an id of its own and as many fields as can be. */
  readonly item: (n: number) => Item;
  /** The field that holds the id. */
  readonly idField: string;
  /** The image's id, of an item without odd fields. */
  readonly idOf: (item: Item) => string;
  /** Lists a cloud that has these. */
  readonly list: (items: readonly Item[]) => Promise<Pick<ImagePage, "images" | "rejected">>;
}

const MISSING = Symbol("missing");
const ODD: readonly unknown[] = [null, 7, "x", true, [], {}, MISSING];

/**
 * Puts every odd value into every field of an item, those of its objects and lists included, and expects that each such image
 * is read all the same, but for those whose id itself is odd. Answers the images by what is odd in them.
 */
export async function expectOddFieldsRead(odd: OddFieldsCase): Promise<Map<string, ImagePage["images"][number]>> {
  const items = oddItems(odd);

  const { images, rejected } = await odd.list(items.map(({ item }) => item));

  const byId = new Map(images.map((image) => [image.id, image]));
  const wanted = items.filter(({ isOddId }) => !isOddId);
  expect(wanted.length).toBeGreaterThan(items.length / 2);
  expect(wanted.filter(({ id }) => !byId.has(id)).map(({ what }) => what)).toEqual([]);
  const rejectable = new Set(items.filter(({ isOddId }) => isOddId).map(({ item }) => JSON.stringify(item)));
  expect(rejected.filter(({ item }) => !rejectable.has(JSON.stringify(item)))).toEqual([]);
  return new Map(wanted.flatMap(({ what, id }) => (byId.has(id) ? [[what, byId.get(id)!] as const] : [])));
}

function oddItems({ item, idField, idOf }: OddFieldsCase): OddItem[] {
  const paths = pathsOf(item(0));
  const kinds = paths.flatMap((path) => ODD.map((value) => ({ path, value })));
  return kinds.map(({ path, value }, n) => {
    const whole = item(n);
    const what = `${path.join(".")} = ${value === MISSING ? "missing" : JSON.stringify(value)}`;
    return { what, isOddId: path[0] === idField, id: idOf(whole), item: withOdd(whole, path, value) as Item };
  });
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [[name], ...pathsOf(member).map((rest) => [name, ...rest])]);
}

function withOdd(value: unknown, [name = "", ...rest]: readonly string[], odd: unknown): unknown {
  const copy = Array.isArray(value) ? [...value] : { ...(value as Item) };
  const members = copy as Record<string, unknown>;
  if (rest.length > 0) members[name] = withOdd(members[name], rest, odd);
  else if (odd !== MISSING) members[name] = odd;
  else if (Array.isArray(copy)) copy.splice(Number(name), 1);
  else delete members[name];
  return copy;
}
