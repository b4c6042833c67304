import { afterAll, beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { startBalancer } from "../../../src/demo/cluster/balancer.ts";
import { histories } from "../../histories.ts";
import { until } from "../../until.ts";
import {
  BACKEND,
  type Cloud,
  endLeases,
  expectAlike,
  type ProcessCluster,
  runsOn,
  star,
  startCloud,
  startCluster,
  syncOn,
} from "./process-cluster.ts";
import type { NodeProcess } from "./spawn-node.ts";

const COUNT = 3_000;
const TROUBLES = ["none", "kill", "freeze", "record", "file"] as const;

let primary: PostgresServer;
let standby: PostgresServer;
let cloud: Cloud;
let cluster: ProcessCluster;
let seed = 0;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  primary = opened.use(await startPostgres());
  await primary.run("CREATE DATABASE shared");
  standby = opened.use(await primary.addStandby());
  cloud = opened.use(await startCloud(COUNT));
  const hosts = `@127.0.0.1:${primary.port},127.0.0.1:${standby.port}`;
  cluster = opened.use(await startCluster(primary.urlOf("shared").replace(/@[^/]+/, hosts), cloud));
});
afterAll(() => opened.disposeAsync());

/** Nodes and record are alike, and have what the cloud had when it was last listed. */
async function expectWhole(): Promise<void> {
  await expectAlike(cluster);
  const answer = await cluster.nodes[2].ask(`${BACKEND}/images`);
  const entries: { id: string }[] = await answer.json();
  expect(entries.map(({ id }) => id).toSorted()).toEqual(cloud.ids());
}

/** Lets a node list, and something happen when it asks for a page. */
async function listUntil(lister: NodeProcess, page: number, happen: () => unknown): Promise<void> {
  cloud.churn(++seed);
  const happened = Promise.withResolvers<unknown>();
  cloud.onPage(page, () => void Promise.resolve(happen()).then(happened.resolve, happened.reject));
  // It may be killed before it has answered.
  await lister.ask(`${BACKEND}/sync`, { method: "POST" }).catch(() => undefined);
  await until(`page ${page}`, () => happened.promise.then(() => true));
}

describe("three servers in processes of their own", () => {
  test("lose none of many reads when one is killed, if who asks tries another one", async () => {
    const [one, two] = cluster.nodes;
    const reads = { done: 0, failed: [] as string[] };
    let isOver = false;
    const read = async (lane: number): Promise<void> => {
      for (let n = lane; !isOver; n++) {
        const [first, second] = [cluster.nodes[n % 3], cluster.nodes[(n + 1) % 3]];
        const ask = async (node: NodeProcess | undefined): Promise<void> => {
          const answer = await node?.ask(`${BACKEND}/images?search_term=ubuntu&limit=${1 + (n % 90)}`);
          const said = await answer?.text();
          if (!answer?.ok) throw new Error(said);
        };
        await ask(first)
          .catch(() => ask(second))
          .catch((error: unknown) => reads.failed.push(String(error)));
        reads.done++;
      }
    };
    const lanes = [0, 1, 2].map(read);

    try {
      await until("some reads", () => reads.done > 100);
      await one.kill();
      expect(await star(two, cloud.ids()[0] ?? "")).toBe(200);
      await one.start();
      await until("more reads", () => reads.done > 300);
    } finally {
      isOver = true;
    }
    await Promise.all(lanes);

    expect(reads.failed).toEqual([]);
    await expectWhole();
  });

  test("tell a page behind a balancer of changes, though the one that told it is killed, and show it what is true", async () => {
    const named = cluster.nodes.map(({ url }, n) => ({ name: `${n}`, url }));
    await using balancer = await startBalancer(named);
    const images = `${balancer.url}${BACKEND}/images`;
    const [id = ""] = cloud.ids();
    const leaving = new AbortController();
    const first = await fetch(`${balancer.url}/events`);
    const told = cluster.nodes[Number(first.headers.get("x-served-by"))];
    const broken = first.text().then(
      () => true,
      () => true,
    );

    await told?.kill();
    try {
      await until("the end of what it told", () => broken);
      // As a page does, which connects again.
      const again = await fetch(`${balancer.url}/events`, { signal: leaving.signal });
      const other = cluster.nodes[Number(again.headers.get("x-served-by"))];
      let heard = "";
      const hearing = (async () => {
        for await (const text of again.body?.pipeThrough(new TextDecoderStream()) ?? []) heard += text;
      })().catch(() => undefined);
      const starred = await fetch(`${images}/${id}`, { method: "POST" });
      const cookie = starred.headers.get("set-cookie")?.split(";")[0] ?? "";
      const isStarred: unknown = await starred.json();
      const shown: { star: boolean }[] = await Promise.all(
        [1, 2, 3].map(async () => (await fetch(`${images}/${id}`, { headers: { cookie } })).json()),
      );

      cloud.churn(++seed);
      await endLeases(cluster);
      await syncOn(cluster.nodes.find((node) => node !== told && node !== other) ?? cluster.nodes[0]);

      expect(again.status).toBe(200);
      expect(other).not.toBe(told);
      expect(shown.map(({ star: isShown }) => isShown)).toEqual([isStarred, isStarred, isStarred]);
      await until("news of the listing", () => /event: catalogue/.test(heard));
      leaving.abort();
      await hearing;
    } finally {
      await told?.start();
    }
  });

  test("list on another one what a killed one had begun to list", async () => {
    const [one, two] = cluster.nodes;

    await listUntil(one, 4, () => one.kill());
    await endLeases(cluster);
    await syncOn(two);
    await one.start();

    expect((await runsOn(one)).filter(({ code }) => code === "interrupted")).not.toEqual([]);
    await expectWhole();
  });

  test("refuse what one lists that stood still for longer than its lease", async () => {
    const [one, , three] = cluster.nodes;
    const before = three.said().length;

    try {
      await listUntil(three, 4, () => three.freeze());
      cloud.churn(++seed);
      // It waits until the others see that nobody goes on with the run.
      await syncOn(one);
    } finally {
      three.thaw();
    }

    const refused = /"outcome":"failed","code":"interrupted"/;
    await until("the refusal of the listing", () => refused.test(three.said().slice(before)));
    await expectWhole();
  });

  test("go on when PostgreSQL was killed and is there again", async () => {
    const [one, two] = cluster.nodes;
    const [id = ""] = cloud.ids();

    await primary.kill();
    try {
      expect(await star(one, id)).toBe(503);
      expect((await two.ask(`${BACKEND}/images?search_term=ubuntu&limit=5`)).status).toBe(200);
    } finally {
      await primary.start();
    }
    await until("a star", async () => (await star(two, id)) === 200);

    await expectWhole();
  });

  test("fill one again whose file was deleted", async () => {
    const [, two] = cluster.nodes;
    await two.kill();
    two.removeFile();

    await two.start();

    await expectWhole();
  });

  test("are alike after any history of listings, stars and troubles", async () => {
    const troubles = fc.shuffledSubarray([...TROUBLES], { minLength: TROUBLES.length });
    const nodes = fc.array(fc.nat(2), { minLength: 2 * TROUBLES.length, maxLength: 2 * TROUBLES.length });
    const pages = fc.array(fc.integer({ min: 1, max: 10 }), {
      minLength: TROUBLES.length,
      maxLength: TROUBLES.length,
    });

    await fc.assert(
      fc.asyncProperty(troubles, nodes, pages, async (each, at, page) => {
        for (const [n, trouble] of each.entries())
          await take({ trouble, node: at[2 * n] ?? 0, lister: at[2 * n + 1] ?? 0, page: page[n] ?? 1 });
        await expectWhole();
      }),
      { ...histories(1), endOnFailure: true },
    );
  });

  test("follow a standby that is promoted, though it lost the last commits", async () => {
    const [one, two, three] = cluster.nodes;
    const [id = ""] = cloud.ids();
    await standby.kill();
    cloud.churn(++seed);
    await syncOn(two);
    await star(three, id);

    await primary.kill();
    await standby.start();
    await standby.run("SELECT pg_promote()");

    await until("a star", async () => (await star(one, id)) === 200);
    await expectAlike(cluster);
    await syncOn(three);
    await expectWhole();
  });
});

interface Step {
  readonly trouble: (typeof TROUBLES)[number];
  /** Who has it. */
  readonly node: number;
  readonly lister: number;
  /** Of the listing, when the trouble begins. */
  readonly page: number;
}

/** One node lists, trouble comes, and another one lists as soon as it may. */
async function take({ trouble, node: at, lister, page }: Step): Promise<void> {
  const [node, other] = [cluster.nodes[at], cluster.nodes[(at + 1) % 3]];
  if (!node || !other) throw new Error(`no node ${at}`);
  const begin = {
    none: () => undefined,
    kill: () => node.kill(),
    freeze: () => node.freeze(),
    record: () => primary.kill(),
    file: () => node.kill().then(() => node.removeFile()),
  }[trouble];
  const end = {
    none: () => undefined,
    kill: () => node.start(),
    freeze: () => node.thaw(),
    record: () => primary.start(),
    file: () => node.start(),
  }[trouble];
  try {
    await listUntil(cluster.nodes[lister] ?? other, page, begin);
    if (trouble !== "record") {
      // Wherever in a write it stood still, others may write.
      if ((await star(other, cloud.ids()[page] ?? "")) !== 200) throw new Error("a star was refused");
      // Whoever lists goes on, and is overtaken.
      await endLeases(cluster);
      await syncOn(other);
    }
  } finally {
    await end();
  }
  await syncOn(other);
}
