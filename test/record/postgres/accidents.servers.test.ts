import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../../catalogue/releases.ts";
import { image } from "../../catalogue/seed.ts";
import { createWorkplace, type Workplace } from "../../cli/run-imagedex.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { until } from "../../until.ts";
import { catchUp, contentsOf, indexTroubles, openListingNode } from "./cluster-lab.ts";
import { KEY, openBareNode } from "./postgres-lab.ts";
import { writeBackup } from "./write-backup.ts";

let server: PostgresServer;
let shelf: TemporaryFolder;
let place: Workplace;

beforeAll(async () => {
  server = await startPostgres();
  shelf = createTemporaryFolder();
  place = createWorkplace();
});
afterAll(async () => {
  place[Symbol.dispose]();
  shelf[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const WAITS = `SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'imagedex' AND wait_event_type = 'Lock'`;

test("an import that is killed in its middle leaves nothing in the record, and the next one is whole", async () => {
  const url = await server.createDatabase();
  const backup = shelf.path("backup.db");
  await writeBackup(backup);
  const settings = { IMAGEDEX_DATABASE: url, IMAGEDEX_SECRET_KEY: KEY, IMAGEDEX_REPLICA: join(place.folder, "one.db") };
  await using node = await openBareNode(url);
  const sql = postgres(url, { max: 2, fetch_types: false, onnotice: () => undefined });

  await sql.begin(async (locking) => {
    await locking`LOCK TABLE images IN SHARE MODE`;
    const importing = place.start(["import", "--restore", backup], settings);
    const ended = once(importing, "exit");
    await until("the import at its images", async () => (await sql.unsafe(WAITS)).length > 0);
    importing.kill("SIGKILL");
    await ended;
  });
  await until("the end of its transaction", async () => (await sql.unsafe(WAITS)).length === 0);
  const [left] =
    await sql`SELECT (SELECT count(*)::int FROM images) AS images, (SELECT count(*)::int FROM sources) AS sources`;
  await sql.end();

  expect(left).toEqual({ images: 0, sources: 0 });
  expect((await place.runAlone(["import", "--restore", backup], settings)).stdout).toMatch(/: 4 images, 2 backends\n$/);
  await catchUp([node]);
  expect(contentsOf(node)["images"]).toHaveLength(5);
  expect(indexTroubles(node)).toEqual([]);
  expect(readdirSync(place.folder).filter((name) => name.includes("partial"))).toEqual([]);
});

test("what another release derived of images is derived anew by each node, and by nobody in the record", async () => {
  const url = await server.createDatabase();
  await using one = await openListingNode(url);
  await one.addBackend("a");
  await one.list("a", [image("ami-1", { name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20250101" })]);
  const name = new URL(url).pathname.slice(1);
  await server.run(
    "UPDATE images SET facts_format = 1, os = 'other', family_name = 'other', folded_name = 'other'",
    name,
  );

  await using two = await openListingNode(url);
  await catchUp([one, two]);

  const derived = "SELECT os, os_version, folded_name FROM images";
  expect(two.catalogue.sqlite.prepare(derived).all()).toEqual(one.catalogue.sqlite.prepare(derived).all());
  expect(contentsOf(two)).toEqual(contentsOf(one));
  expect(indexTroubles(two)).toEqual([]);
  await server.run("SELECT 1 / count(*) FROM images WHERE facts_format = 1", name);
});
