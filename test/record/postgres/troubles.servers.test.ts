import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { getBackend } from "../../../src/record/backends.ts";
import { openLeases } from "../../../src/record/postgres/leases.ts";
import { openRecord } from "../../../src/record/postgres/open-record.ts";
import { lastRun } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { starredIds } from "../../../src/record/stars.ts";
import { openReplica } from "../../../src/sync/follow/open-replica.ts";
import { image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { catchUp, contentsOf, indexTroubles, type ListingNode, openListingNode } from "./cluster-lab.ts";
import { KEY, type NodeLabOptions } from "./postgres-lab.ts";

let server: PostgresServer;
let folder: string;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "imagedex-troubles-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function openNode(url: string, options?: NodeLabOptions): Promise<ListingNode> {
  const node = await openListingNode(url, options);
  opened.push(node);
  return node;
}

async function closeAll(): Promise<void> {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
}

const series = (from: number, until: number): ReturnType<typeof image>[] =>
  Array.from({ length: until - from }, (_, n) => image(`ami-${from + n}`, { name: `ubuntu ${from + n}` }));

describe("a node is not started", () => {
  const refusal = async (url: string, key = KEY): Promise<string> => {
    const error: unknown = await openRecord(url, key).catch((refused: unknown) => refused);
    return error instanceof Error ? `${error.name}: ${error.message}` : "opened";
  };

  test("with a record that nobody reaches, or that does not let it in", async () => {
    const url = await server.createDatabase();
    const at = `127.0.0.1:${server.port}`;

    expect(await refusal("postgres://x@127.0.0.1:1/y")).toBe(
      "ConfigError: IMAGEDEX_DATABASE: postgres://x@127.0.0.1:1/y cannot be reached (ECONNREFUSED); expected a running PostgreSQL",
    );
    expect(await refusal("postgres://x@nowhere.invalid/y")).toBe(
      "ConfigError: IMAGEDEX_DATABASE: postgres://x@nowhere.invalid/y cannot be found: no such host",
    );
    expect(await refusal(url.replace(/:[^:@]*@/, ":wrong@"))).toBe(
      `ConfigError: IMAGEDEX_DATABASE: postgres://postgres@${at}/test_1 refused the user or the password; check both`,
    );
    expect(await refusal(server.urlOf("nine"))).toBe(
      `ConfigError: IMAGEDEX_DATABASE: postgres://postgres@${at}/nine has no such database; create it first: createdb`,
    );
  });

  test("with a database that is another program's, read-only, or of a newer release", async () => {
    const foreign = await server.createDatabase();
    await server.run("CREATE TABLE orders (id int); CREATE TABLE customers (id int)", nameOf(foreign));
    const readOnly = await server.createDatabase();
    await server.run(`ALTER DATABASE ${nameOf(readOnly)} SET default_transaction_read_only = on`);
    const newer = await server.createDatabase();
    await openRecord(newer, KEY);
    await server.run("INSERT INTO imagedex_migrations (hash, created_at) VALUES ('x', 9999999999999)", nameOf(newer));

    expect(await refusal(foreign)).toMatch(
      /has tables of another program \(customers, orders\); expected an empty database$/,
    );
    expect(await refusal(readOnly)).toMatch(
      /is read-only \(default_transaction_read_only\); expected a database to write to$/,
    );
    expect(await refusal(newer)).toMatch(/was upgraded by a newer imagedex; use that version or newer$/);
  });

  test("with another secret key than the other nodes have", async () => {
    const url = await server.createDatabase();
    await openRecord(url, KEY);

    expect(await refusal(url, `${KEY} of another node`)).toBe(
      "ConfigError: IMAGEDEX_SECRET_KEY: not the key of this record; expected the same key on every node",
    );
  });

  test("with a file that follows another record, or is a catalogue of its own; nor is a copy served as a catalogue", async () => {
    const [one, two] = [
      await openRecord(await server.createDatabase(), KEY),
      await openRecord(await server.createDatabase(), KEY),
    ];
    const copy = join(folder, "copy.db");
    openReplica(copy, one.id).catalogue[Symbol.dispose]();
    const own = join(folder, "own.db");
    {
      using catalogue = openCatalogue(own);
      await seedBackend(catalogue, "one");
    }

    expect(() => openReplica(copy, two.id)).toThrow(`IMAGEDEX_REPLICA: ${copy} follows another record; delete it`);
    expect(() => openReplica(own, one.id)).toThrow(`IMAGEDEX_REPLICA: ${own} is a catalogue of its own`);
    expect(() => openCatalogue(copy)).toThrow(
      `${copy} is a node's copy of its record; set IMAGEDEX_DATABASE to the record`,
    );
  });
});

describe("a node that runs", () => {
  test("lets nobody but its follower change what it copies", async () => {
    const node = await openNode(await server.createDatabase());
    await node.addBackend("a");
    await node.list("a", series(0, 3));

    using guarded = openCatalogue(node.file, { mustExist: true, replica: "guarded" });

    const refused = /only the follower writes what a node copies of its record/;
    expect(() => guarded.sqlite.exec("DELETE FROM images")).toThrow(refused);
    expect(() => guarded.sqlite.exec("UPDATE sources SET revision = 9")).toThrow(refused);
    expect(() => guarded.sqlite.exec("INSERT INTO stars VALUES ('a', 'x', 'y')")).toThrow(refused);
  });

  test("finds and mends what differs from its record, though both count alike", async () => {
    const node = await openNode(await server.createDatabase(), { tuning: { auditMs: 200, everyMs: 50 } });
    await node.addBackend("a");
    await node.list("a", series(0, 20));
    const before = contentsOf(node);

    node.catalogue.sqlite.exec("UPDATE images SET digest = 'x', name = 'tampered' WHERE image_id = 'ami-7'");
    node.catalogue.sqlite.exec("DELETE FROM stars; UPDATE backends SET title = 'tampered'");

    await expect.poll(() => contentsOf(node)["images"], { timeout: 240_000 }).toEqual(before["images"]);
    expect(getBackend(node.catalogue, "a").title).toBe("a");
    expect(indexTroubles(node)).toEqual([]);
  });

  test("changes nothing once a newer release has upgraded the record, and says so", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    await node.addBackend("a");
    await server.run("UPDATE state SET format = 9999999999999", nameOf(url));

    await expect(node.record.toggleStar("a", "ami-1", NOW)).rejects.toThrow(
      "the record was upgraded by a newer imagedex, so this node only reads; upgrade it",
    );
    expect(starredIds(node.catalogue, "a")).toEqual([]);
  });

  test("goes back to a record that was restored from a backup, and names its answers anew", async () => {
    const url = await server.createDatabase();
    const file = join(folder, "restored.db");
    const before = await openNode(url, { file });
    await before.addBackend("a");
    await before.list("a", series(0, 10));
    await before.record.toggleStar("a", "ami-1", NOW);
    const backedUp = contentsOf(before);
    await closeAll();
    await server.run(`CREATE DATABASE restored TEMPLATE ${nameOf(url)}`);
    const after = await openNode(url, { file });
    await after.list("a", series(5, 30));
    await after.record.toggleStar("a", "ami-9", NOW);
    const lost = {
      revision: sourcesOf(after.catalogue, "a")[0]?.revision ?? 0,
      stars: getBackend(after.catalogue, "a").starsRevision,
    };
    await closeAll();

    const node = await openNode(server.urlOf("restored"), { file });
    await node.record.toggleStar("a", "ami-2", NOW);
    await catchUp([node]);

    expect(contentsOf(node)["images"]).toEqual(backedUp["images"]);
    expect(contentsOf(node)["journal"]).toEqual(backedUp["journal"]);
    expect(starredIds(node.catalogue, "a")).toEqual(["ami-1", "ami-2"]);
    expect(sourcesOf(node.catalogue, "a")[0]?.revision).toBeGreaterThan(lost.revision);
    expect(getBackend(node.catalogue, "a").starsRevision).toBeGreaterThan(lost.stars);
    expect(indexTroubles(node)).toEqual([]);
  });

  test("writes what is so already in its file, but not in the record", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url, { tuning: { everyMs: 1_500 } });
    await node.addBackend("a");
    await node.list("a", series(0, 2));
    const [source] = sourcesOf(node.catalogue, "a");
    const run = lastRun(node.catalogue, source?.id ?? 0);
    await node.record.updateRun(run?.id ?? 0, { warning: "ours" });
    // Another node's write, of which this one is not told.
    await server.run(
      `UPDATE runs SET warning = 'theirs';
       WITH moved AS (UPDATE state SET position = position + 1, token = gen_random_uuid() RETURNING position, token)
       INSERT INTO feed (position, token, kind, about)
       SELECT position, token, 'settings', '{"keys":[["runs",[[${run?.id}]]]]}' FROM moved`,
      nameOf(url),
    );

    await node.record.updateRun(run?.id ?? 0, { warning: "ours" });

    await catchUp([node]);
    expect(lastRun(node.catalogue, source?.id ?? 0)?.warning).toBe("ours");
    await server.run("SELECT 1 / (SELECT count(*) FROM runs WHERE warning = 'ours')", nameOf(url));
  });

  test("lists and holds leases by a record whose clock is minutes away, and knows that it is", async () => {
    const url = await server.createDatabase();
    // What stands before PostgreSQL's own functions in the path is what a statement means.
    const late = (name: string): string =>
      `CREATE FUNCTION ${name}() RETURNS timestamptz VOLATILE LANGUAGE sql AS $$SELECT pg_catalog.${name}() - interval '5 minutes'$$`;
    await server.run([late("now"), late("clock_timestamp")].join(";"), nameOf(url));
    await server.run(`ALTER DATABASE ${nameOf(url)} SET search_path = public, pg_catalog`);
    const node = await openNode(url);
    await node.addBackend("a");

    expect(node.opened.clockAheadMs).toBeGreaterThan(295_000);
    expect(node.opened.clockAheadMs).toBeLessThan(305_000);
    expect(await node.list("a", series(0, 5))).toMatchObject({ outcome: "complete", added: 5 });
    await using leases = openLeases(node.link);
    using held = await leases.take("something");
    expect(held?.isHeld()).toBe(true);
    expect(await leases.take("something")).toBeUndefined();
    expect(await leases.isTaken("something")).toBe(true);
  });

  test("waits a moment only for another one that stood still while it wrote, wherever in a statement", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    await node.addBackend("a");
    const frozen = new Worker(STANDS_STILL, { eval: true, workerData: { url, require: import.meta.filename } });
    try {
      await new Promise((resolve, reject) => void frozen.once("message", resolve).once("error", reject));

      expect(await node.record.toggleStar("a", "ami-1", NOW)).toBe(true);
    } finally {
      await frozen.terminate();
    }
  });

  test("takes a write that PostgreSQL took though the connection broke before it said so", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    await node.addBackend("a");
    // Ends the connection in which a star was committed, before the answer can be read.
    const isDone = new AbortController();
    const cutting = (async () => {
      while (!isDone.signal.aborted) {
        await delay(150 + 40 * Math.random());
        await server.run(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'imagedex'",
          nameOf(url),
        );
      }
    })();
    const answers: boolean[] = [];
    let refused = 0;
    for (let n = 0; n < 20; n++)
      await node.record.toggleStar("a", `ami-${n}`, NOW).then(
        (isStarred) => answers.push(isStarred),
        () => refused++,
      );
    isDone.abort();
    await cutting;
    await catchUp([node]);

    expect(answers.length + refused).toBe(20);
    expect(answers.every(Boolean)).toBe(true);
    expect(starredIds(node.catalogue, "a").length).toBeGreaterThanOrEqual(answers.length);
    expect(starredIds(node.catalogue, "a").length).toBeLessThanOrEqual(20);
  });

  test("follows a standby that was promoted, and gives up what that one never had", async () => {
    await using primary = await startPostgres();
    await using standby = await primary.addStandby();
    await primary.run("CREATE DATABASE shared");
    const hosts = primary.urlOf("shared").replace(/@[^/]+/, `@127.0.0.1:${primary.port},127.0.0.1:${standby.port}`);
    expect(await openRecord(standby.urlOf("postgres"), KEY).catch((error: Error) => error.message)).toMatch(
      /is a standby, which takes no writes/,
    );
    const nodes = [await openListingNode(hosts), await openListingNode(hosts)] as const;
    const [one, two] = nodes;
    try {
      await one.addBackend("a");
      await one.list("a", series(0, 10));
      await catchUp(nodes);
      await expect
        .poll(
          () =>
            standby.run("SELECT 1 / count(*) FROM images WHERE image_id = 'ami-9'", "shared").then(
              () => true,
              () => false,
            ),
          { timeout: 240_000 },
        )
        .toBe(true);
      const shared = contentsOf(one);
      await standby.kill();
      await one.list("a", series(0, 25));
      await two.record.toggleStar("a", "ami-1", NOW);
      await catchUp(nodes);

      await primary.kill();
      await standby.start();
      await standby.run("SELECT pg_promote()");

      await expect.poll(() => contentsOf(two)["images"], { timeout: 240_000, interval: 200 }).toEqual(shared["images"]);
      await expect
        .poll(() => one.record.toggleStar("a", "ami-2", NOW).catch(() => "refused"), {
          timeout: 240_000,
          interval: 500,
        })
        .toBe(true);
      await catchUp(nodes);
      expect(contentsOf(one)).toEqual(contentsOf(two));
      expect(starredIds(one.catalogue, "a")).toEqual(["ami-2"]);
      for (const node of nodes) expect(indexTroubles(node)).toEqual([]);
    } finally {
      for (const node of nodes) await node[Symbol.asyncDispose]();
    }
  });
});

/** Locks the record's state as a node does that writes, and stops after the first of two messages that make a statement. */
const STANDS_STILL = `
  const { createRequire } = require("node:module");
  const { parentPort, workerData } = require("node:worker_threads");
  const postgres = createRequire(workerData.require)("postgres");
  const connection = { application_name: "imagedex", idle_in_transaction_session_timeout: 3000 };
  const sql = postgres(workerData.url, { max: 1, fetch_types: false, connection });
  sql.begin(async (transaction) => {
    await transaction\`SELECT 1 FROM state FOR UPDATE\`;
    transaction.unsafe("SELECT $1::int", [1]).execute();
    // Behind the one in which the library sends, which it asks for some turns later.
    for (let turns = 0; turns < 5; turns++) await null;
    setImmediate(() => {
      parentPort.postMessage("frozen");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
  });
`;

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
