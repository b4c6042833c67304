import { readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { createSecretBox } from "../../../src/catalogue/file/secret-box.ts";
import { wholeExtra } from "../../../src/catalogue/listing/shared-extra.ts";
import { checkCatalogue } from "../../../src/catalogue/transfer/check-catalogue.ts";
import { type CatalogueRows, fillRecord } from "../../../src/record/postgres/fill-record.ts";
import { readPosition } from "../../../src/record/postgres/read-record.ts";
import type { NewBackend } from "../../../src/record/backends.ts";
import type { Record as RecordOf } from "../../../src/record/record.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../../catalogue/releases.ts";
import { NOW } from "../../catalogue/seed.ts";
import { createWorkplace, type Ended, type Workplace } from "../../cli/run-imagedex.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { catchUp, contentsOf, indexTroubles } from "./cluster-lab.ts";
import { type BareNode, KEY, openBareNode } from "./postgres-lab.ts";
import { writeBackup } from "./write-backup.ts";

const box = createSecretBox(KEY);
const NOTHING = { apiurl: null, tenantName: null, roleArn: null, externalId: null, profile: null, interface: null };
const BACKEND: NewBackend = {
  ...NOTHING,
  id: "late",
  title: "late",
  provider: "ec2",
  region: "eu-west-1",
  caCert: null,
  enabled: true,
  pollInterval: null,
  createdAt: NOW,
  changedAt: null,
  apikey: null,
  apisecret: null,
};

let server: PostgresServer;
let shelf: TemporaryFolder;
let place: Workplace;
let backup: string;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startPostgres();
  shelf = createTemporaryFolder();
  place = createWorkplace();
  backup = shelf.path("backup.db");
  await writeBackup(backup);
});
afterAll(async () => {
  place[Symbol.dispose]();
  shelf[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function openNode(url: string): Promise<BareNode> {
  const node = await openBareNode(url);
  opened.push(node);
  return node;
}

let replicas = 0;
/** On a machine that has not followed the record before. */
function run(url: string, args: readonly string[], key = KEY): Promise<Ended> {
  const replica = join(place.folder, `replica-${++replicas}.db`);
  return place.run(args, { IMAGEDEX_DATABASE: url, IMAGEDEX_REPLICA: replica, IMAGEDEX_SECRET_KEY: key });
}

/** All that moves from one catalogue to another, row by row. A digest is worked out anew, a file's own numbers are its own. */
function rowsIn(file: string): Record<string, unknown> {
  const sqlite = new Database(file, { readonly: true });
  sqlite.function("fold", { deterministic: true }, (text) => text);
  const named =
    `accounts backends sources backend_sources source_parts stars webhooks webhook_deliveries access_tokens runs
    asked_terms image_changes counters`.split(/\s+/);
  const all = (select: string): unknown[] => sqlite.prepare(select).all();
  const tables = named.map((name) => [name, all(`SELECT * FROM ${name} ORDER BY 1, 2`)]);
  const images =
    all(`SELECT i.*, f.name AS family, f.owner_id AS family_owner, ${wholeExtra("i")} AS extra, position IS NULL AS gone,
    '' AS digest, 0 AS id, 0 AS family_id, 0 AS shared_id, 0 AS position
    FROM images i JOIN families f ON f.id = i.family_id ORDER BY i.source_id, i.image_id`);
  sqlite.close();
  return { ...Object.fromEntries(tables), images };
}

describe("a single server's catalogue", () => {
  test("moves into a record, is followed by each node, and comes back row by row", async () => {
    const url = await server.createDatabase();
    const before = await openNode(url);

    const moved = await run(url, ["import", "--restore", backup]);
    const after = await openNode(url);
    await catchUp([before, after]);
    const back = shelf.path("back.db");
    const exported = await run(url, ["export", "--with-secrets", back]);

    expect([moved.code, moved.stderr]).toEqual([0, ""]);
    expect(moved.stdout).toMatch(/^postgres:\/\/postgres@127\.0\.0\.1:\d+\/test_\d+: 4 images, 2 backends\n$/);
    expect(contentsOf(before)).toEqual(contentsOf(after));
    expect(indexTroubles(before)).toEqual([]);
    expect([exported.code, exported.stderr]).toEqual([0, ""]);
    const [from, to] = [rowsIn(backup), rowsIn(back)];
    expect({ ...to, counters: [] }).toEqual({ ...from, counters: [] });
    expect(from["images"]).toHaveLength(5);
    using plain = openCatalogue(back);
    expect([...checkCatalogue(plain)].flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  test("goes on counting where file and record were: no id is given twice", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    await node.record.saveBackend(BACKEND, [{ key: "ec2 late public", scope: "public" }], { box, now: NOW });
    await node.record.deleteBackend("late");
    const [, used] =
      node.catalogue.sqlite
        .prepare<[], [string, number]>("SELECT name, value FROM counters WHERE name = 'source'")
        .raw()
        .get() ?? [];

    expect((await run(url, ["import", "--restore", backup])).code).toBe(0);
    await catchUp([node]);

    const ids = node.catalogue.sqlite.prepare<[], number>("SELECT id FROM sources ORDER BY id").pluck().all();
    expect(used).toBe(1);
    expect(ids).toEqual([2, 3, 4]);
    const interrupted = { state: "failed", code: "interrupted", error: "interrupted" } as const;
    const runs = node.catalogue.sqlite.prepare<[], number>("SELECT max(id) FROM runs").pluck().get() ?? 0;
    expect(await node.record.queueRun({ sourceId: 2, kind: "full", now: NOW, interrupted })).toBe(runs + 1);
  });

  test("without --restore brings what there is in the clouds, for nobody's account", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);

    const ended = await run(url, ["import", "--json", backup]);
    await catchUp([node]);

    expect(JSON.parse(ended.stdout)).toEqual(
      expect.objectContaining({ images: 4, backends: 2, left_out: 0, disabled: [] }),
    );
    const { sqlite } = node.catalogue;
    expect(sqlite.prepare("SELECT enabled, sealed_apikey FROM backends").raw().all()).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(sqlite.prepare("SELECT count(*) FROM webhooks").pluck().get()).toBe(0);
  });
});

describe("an import that fails changes nothing", () => {
  const stateOf = async (url: string, node: BareNode): Promise<unknown> => ({
    at: await readPosition(node.link),
    rows: await node.link.within(
      60_000,
      (sql) => sql`SELECT (SELECT count(*) FROM sources) AS s, (SELECT count(*) FROM images) AS i`,
    ),
    url,
  });

  test("where the record has backends, and says so", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    await node.record.saveBackend(BACKEND, [], { box, now: NOW });
    const before = await stateOf(url, node);

    const ended = await run(url, ["import", "--restore", backup]);

    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringMatching(/test_\d+ already holds a catalogue \(backends: 1\); expected an empty record/),
    ]);
    expect(await stateOf(url, node)).toEqual(before);
    expect(readdirSync(place.folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("where the record's key does not open the backup's secrets, and where it is not the record's", async () => {
    const url = await server.createDatabase();
    const other = "another passphrase of the tests, as long as the first";
    const empty = await run(url, ["export", shelf.path("empty.db")], other);

    const wrong = await run(url, ["import", "--restore", backup], other);
    const strange = await run(url, ["import", "--restore", backup]);

    expect(empty.code).toBe(0);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("cannot be decrypted; expected the IMAGEDEX_SECRET_KEY"),
    ]);
    expect([strange.code, strange.stderr]).toEqual([2, expect.stringContaining("not the key of this record")]);
  });

  test("when it breaks off, and when somebody adds a backend meanwhile", async () => {
    const url = await server.createDatabase();
    const node = await openNode(url);
    const { format } = node.opened;
    const before = await stateOf(url, node);
    const rows: CatalogueRows = { counters: [], rowsOf: ({ name }) => (name === "sources" ? [[SOURCE]] : []) };

    const breaksOff = (): never => {
      throw new Error("the file cannot be read");
    };
    const broken = fillRecord(
      url,
      { ...rows, rowsOf: (table) => (table.name === "webhooks" ? breaksOff() : rows.rowsOf(table)) },
      format,
    );
    await expect(broken).rejects.toThrow("the file cannot be read");
    expect(await stateOf(url, node)).toEqual(before);

    let isSaved = false;
    function* untilSaved(record: RecordOf): Generator<[]> {
      void record.saveBackend(BACKEND, [], { box, now: NOW }).then(() => (isSaved = true));
      while (!isSaved) yield [];
    }
    const late = fillRecord(
      url,
      { ...rows, rowsOf: (table) => (table.name === "images" ? untilSaved(node.record) : rows.rowsOf(table)) },
      format,
    );
    await expect(late).rejects.toThrow("already holds a catalogue (backends: 1)");
    expect(await node.link.within(60_000, (sql) => sql`SELECT count(*) AS n FROM sources`)).toEqual([{ n: 0 }]);
  });
});

const SOURCE = {
  id: 1,
  key: "ec2 x public",
  provider: "ec2",
  scope: "public",
  place: "ec2 x public",
  shrunk_listings: 0,
  revision: 1,
  image_count: 0,
};

test("a node exports what it has when the record is lost, and says that it is older", async () => {
  const url = await server.createDatabase();
  const settings = {
    IMAGEDEX_DATABASE: url,
    IMAGEDEX_REPLICA: join(place.folder, "kept.db"),
    IMAGEDEX_SECRET_KEY: KEY,
  };
  await run(url, ["import", "--restore", backup]);
  await place.run(["stats"], settings);

  await server.kill();
  const rescued = await place.runAlone(["export", "--with-secrets", shelf.path("rescued.db")], settings);
  await server.start();

  expect(rescued.code).toBe(0);
  expect(rescued.stderr).toContain("started without the record");
  const anew = await server.createDatabase();
  expect((await run(anew, ["import", "--restore", shelf.path("rescued.db")])).code).toBe(0);
  const again = await openNode(anew);
  await catchUp([again]);
  expect(contentsOf(again)["stars"]).toEqual([["one", "ami-2"]]);
});
