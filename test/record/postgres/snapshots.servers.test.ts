import { copyFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { readReplica } from "../../../src/catalogue/file/replica.ts";
import { exportCatalogue } from "../../../src/catalogue/transfer/export-catalogue.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../../catalogue/releases.ts";
import { image, NOW } from "../../catalogue/seed.ts";
import { createWorkplace, type Ended, type Workplace } from "../../cli/run-imagedex.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { catchUp, contentsOf, indexTroubles, type ListingNode, openListingNode } from "./cluster-lab.ts";
import { KEY } from "./postgres-lab.ts";

let server: PostgresServer;
let shelf: TemporaryFolder;
let place: Workplace;
const opened: AsyncDisposable[] = [];

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
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

const series = (from: number, until: number): ReturnType<typeof image>[] =>
  Array.from({ length: until - from }, (_, n) => image(`ami-${from + n}`, { name: `ubuntu ${from + n}` }));

async function openNode(url: string, file?: string): Promise<ListingNode> {
  const node = await openListingNode(url, { ...(file !== undefined && { file }) });
  opened.push(node);
  return node;
}

/** A node that has listed some images, the older ones last: a file that is filled anew numbers its rows otherwise. */
async function openFilled(url: string): Promise<ListingNode> {
  const node = await openNode(url);
  await node.addBackend("a");
  await node.list("a", series(10, 20));
  await node.list("a", series(5, 20));
  await node.record.toggleStar("a", "ami-7", NOW);
  return node;
}

const rowsIn = ({ catalogue }: Pick<ListingNode, "catalogue">): unknown[] =>
  catalogue.sqlite.prepare("SELECT id, image_id FROM images WHERE image_id < 'ami-17' ORDER BY id").all();

/** A command on a machine whose file this is. */
function run(url: string, replica: string, args: readonly string[]): Promise<Ended> {
  return place.runAlone(args, { IMAGEDEX_DATABASE: url, IMAGEDEX_REPLICA: replica, IMAGEDEX_SECRET_KEY: KEY });
}

test("a new node starts from what another one exported, and takes what changed since", async () => {
  const url = await server.createDatabase();
  const node = await openFilled(url);
  const snapshot = shelf.path("snapshot.db");
  exportCatalogue(node.catalogue, snapshot, { now: () => NOW });
  const before = rowsIn(node);
  await node.list("a", series(8, 30));
  await node.record.toggleStar("a", "ami-9", NOW);
  await node.addBackend("b");

  const fresh = await openNode(url, snapshot);

  await catchUp([node, fresh]);
  expect(contentsOf(fresh)).toEqual(contentsOf(node));
  expect(rowsIn(fresh)).toEqual(before);
  expect(indexTroubles(fresh)).toEqual([]);
  expect(await fresh.record.toggleStar("b", "ami-9", NOW)).toBe(true);
});

test("a process starts from an exported file, and goes on with it as with its own", async () => {
  const url = await server.createDatabase();
  const node = await openFilled(url);
  const file = shelf.path("exported.db");

  const exported = await run(url, node.file, ["export", file]);
  await node.record.toggleStar("a", "ami-9", NOW);
  const started = await run(url, file, ["stats"]);
  const again = await run(url, file, ["stats"]);

  expect([exported.code, started.code, again.code]).toEqual([0, 0, 0]);
  using copy = openCatalogue(file, { mustExist: true, replica: "guarded" });
  expect(readReplica(copy)?.position).toBe(readReplica(node.catalogue)?.position);
  expect(rowsIn({ catalogue: copy })).toEqual(rowsIn(node));
});

test("an exported file of another record is refused, and so is one that went its own way since", async () => {
  const [url, other] = [await server.createDatabase(), await server.createDatabase()];
  const node = await openFilled(url);
  const [foreign, own] = [shelf.path("foreign.db"), shelf.path("own.db")];
  exportCatalogue(node.catalogue, foreign, { now: () => NOW });
  copyFileSync(foreign, own);
  // As a single server does.
  openCatalogue(own)[Symbol.dispose]();

  await expect(openNode(other, foreign)).rejects.toThrow(
    `IMAGEDEX_REPLICA: ${foreign} follows another record; delete it`,
  );
  await expect(openNode(url, own)).rejects.toThrow(`IMAGEDEX_REPLICA: ${own} is a catalogue of its own`);
});
