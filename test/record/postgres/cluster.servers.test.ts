import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import { openKnownItems } from "../../../src/catalogue/listing/known-items.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { starredIds } from "../../../src/record/stars.ts";
import { lastRun } from "../../../src/record/runs.ts";
import { image, NOW } from "../../catalogue/seed.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { histories } from "../../histories.ts";
import { catchUp, contentsOf, indexTroubles, type ListingNode, openListingNode } from "./cluster-lab.ts";

let server: PostgresServer;
const opened: ListingNode[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => server[Symbol.asyncDispose]());
afterEach(async () => {
  for (const node of opened.splice(0)) await node[Symbol.asyncDispose]();
});

async function openNodes(count: number, url?: string): Promise<ListingNode[]> {
  const record = url ?? (await server.createDatabase());
  const nodes: ListingNode[] = [];
  for (let n = 0; n < count; n++) nodes.push(await openListingNode(record));
  opened.push(...nodes);
  return nodes;
}

const series = (from: number, until: number, fields = {}): ReturnType<typeof image>[] =>
  Array.from({ length: until - from }, (_, n) => image(`ami-${from + n}`, { name: `ubuntu ${from + n}`, ...fields }));

async function expectAlike(nodes: readonly ListingNode[]): Promise<void> {
  await catchUp(nodes);
  const [first, ...others] = nodes;
  if (!first) throw new Error("no node");
  const expected = contentsOf(first);
  for (const node of others) expect(contentsOf(node)).toEqual(expected);
  for (const node of nodes) expect(indexTroubles(node)).toEqual([]);
}

describe("servers that share a record", () => {
  test("have what one of them lists: new, changed, retired and returned images, and the journal", async () => {
    const nodes = await openNodes(3);
    const [one, two] = nodes as [ListingNode, ListingNode, ListingNode];
    await one.addBackend("a");

    expect(await one.list("a", series(0, 40))).toMatchObject({ outcome: "complete", added: 40 });
    await catchUp(nodes);
    const second = await two.list("a", [
      ...series(0, 10, { description: "changed" }),
      ...series(10, 35),
      ...series(50, 55),
    ]);
    expect(second).toMatchObject({ outcome: "complete", added: 5, changed: 10, retired: 5 });
    await catchUp(nodes);
    expect(await one.list("a", series(30, 60))).toMatchObject({ added: 15, returned: 5, retired: 30 });

    await expectAlike(nodes);
    const journal = contentsOf(two)["journal"] as unknown[][];
    expect(journal.map(([id]) => id)).toEqual(journal.map((_, at) => at + 1));
  });

  test("write nothing when a listing brought nothing new", async () => {
    const [one] = (await openNodes(1)) as [ListingNode];
    await one.addBackend("a");
    await one.list("a", series(0, 20));
    const before = sourcesOf(one.catalogue, "a")[0];

    const again = await one.list("a", series(0, 20));

    expect(again).toMatchObject({ outcome: "complete", listed: 20, added: 0, changed: 0 });
    expect(sourcesOf(one.catalogue, "a")[0]).toMatchObject({ revision: before?.revision, imageCount: 20 });
  });

  test("know on each of them what the cloud wrote otherwise, though it says the same", async () => {
    const [one, two] = (await openNodes(2)) as [ListingNode, ListingNode];
    await one.addBackend("a");
    const images = series(0, 3);
    const written = (how: string): Map<string, string> => new Map(images.map(({ id }) => [id, `${how}-${id}`]));
    await one.list("a", images, { fingerprints: written("first") });
    await catchUp([one, two]);
    const before = sourcesOf(two.catalogue, "a")[0];

    await one.list("a", images, { fingerprints: written("then") });
    await catchUp([one, two]);

    for (const { catalogue } of [one, two]) {
      const known = openKnownItems(catalogue.sqlite, before?.id ?? 0);
      expect(images.map(({ id }) => [known.has(`then-${id}`), known.has(`first-${id}`)])).toEqual(
        images.map(() => [true, false]),
      );
    }
    expect(sourcesOf(two.catalogue, "a")[0]?.revision).toBe(before?.revision);
    expect(contentsOf(two)).toEqual(contentsOf(one));
  });

  test("refuse the listing of a node that another one overtook, whatever it believes", async () => {
    const nodes = await openNodes(2);
    const [one, two] = nodes as [ListingNode, ListingNode];
    await one.addBackend("a");
    await one.list("a", series(0, 5));
    await catchUp(nodes);

    const late = await one.list("a", series(0, 3), {
      // As if it had been frozen while its lease ended.
      whileListing: async () => {
        await two.list("a", series(0, 9));
      },
    });

    expect(late).toMatchObject({ outcome: "failed", code: "interrupted" });
    await expectAlike(nodes);
    expect(sourcesOf(one.catalogue, "a")[0]).toMatchObject({ imageCount: 9 });
  });

  test("take stars on any of them at the same time, each once", async () => {
    const nodes = await openNodes(3);
    await nodes[0]?.addBackend("a");
    await catchUp(nodes);
    const ids = Array.from({ length: 24 }, (_, n) => `ami-${n}`);

    const starOn = async (node: ListingNode | undefined, id: string): Promise<boolean | undefined> =>
      node?.record.toggleStar("a", id, NOW);
    const starred = await Promise.all(ids.map((id, n) => starOn(nodes[n % 3], id)));

    expect(starred).toEqual(ids.map(() => true));
    await expectAlike(nodes);
    for (const node of nodes) expect(starredIds(node.catalogue, "a").toSorted()).toEqual(ids.toSorted());
  });

  test("fill a new node from the record, retired images and times included", async () => {
    const [one] = (await openNodes(1)) as [ListingNode];
    await one.addBackend("a");
    await one.list("a", series(0, 30));
    await one.list("a", series(10, 40));
    await one.record.toggleStar("a", "ami-3", NOW);

    const [late] = (await openNodes(1, one.url)) as [ListingNode];

    await expectAlike([one, late]);
  });

  test("forget a removed backend's images everywhere, and images that were retired long ago", async () => {
    const nodes = await openNodes(2);
    const [one, two] = nodes as [ListingNode, ListingNode];
    await one.addBackend("a");
    await one.addBackend("b");
    await one.list("a", series(0, 10));
    await one.list("b", series(0, 10));
    await one.list("b", series(0, 4), { now: () => "2020-01-01T00:00:00.000Z" });
    await one.record.deleteBackend("a");
    await catchUp(nodes);

    expect(await two.house.store?.prune()).toBe(1);
    expect(await two.house.store?.forget(new Date().toISOString(), 400)).toBe(6);

    await expectAlike(nodes);
    expect((contentsOf(one)["images"] as unknown[]).length).toBe(4);
  });

  test("agree after any history", async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          do: fc.constant("list" as const),
          node: fc.nat(2),
          from: fc.nat(20),
          count: fc.integer({ min: 1, max: 25 }),
        }),
        fc.record({
          do: fc.constant("probe" as const),
          node: fc.nat(2),
          from: fc.nat(40),
          count: fc.integer({ min: 1, max: 5 }),
        }),
        fc.record({ do: fc.constant("star" as const), node: fc.nat(2), from: fc.nat(40), count: fc.constant(1) }),
        fc.record({
          do: fc.constant("other" as const),
          node: fc.nat(2),
          from: fc.nat(9),
          count: fc.integer({ min: 1, max: 9 }),
        }),
      ),
      { minLength: 4, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const nodes = await openNodes(3);
        await nodes[0]?.addBackend("a");
        await nodes[0]?.addBackend("b");
        await catchUp(nodes);
        for (const { do: what, node: at, from, count } of history) {
          const node = nodes[at];
          if (what === "star") await node?.record.toggleStar("a", `ami-${from}`, NOW);
          else if (what === "other") await node?.list("b", series(from, from + count));
          else await node?.list("a", series(from, from + count), { kind: what === "list" ? "full" : "probe" });
        }
        await expectAlike(nodes);
        const [run] = nodes.map(({ catalogue }) => lastRun(catalogue, 1));
        expect(run?.state).not.toBe("running");
        for (const node of opened.splice(0)) await node[Symbol.asyncDispose]();
      }),
      histories(4),
    );
  });
});
