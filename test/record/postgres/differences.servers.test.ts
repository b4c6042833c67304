import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Catalogue, openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { applyPlan, type FollowPlan } from "../../../src/catalogue/listing/follow-plan.ts";
import { readRecord } from "../../../src/record/postgres/read-record.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { planDifferences } from "../../../src/sync/follow/plan-differences.ts";
import { image, NOW } from "../../catalogue/seed.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { histories } from "../../histories.ts";
import { catchUp, type ListingNode, openListingNode } from "./cluster-lab.ts";

/** Ids of every length of UTF-8, some of which are the beginning of others. */
const IDS = [
  "ami-1",
  "ami-11",
  "ami-111",
  "AMI-1",
  "ami 1",
  "ämi-1",
  "映像-1",
  "😀",
  "ami-1😀",
  "\uFFFD",
  "'",
  "\\",
  "0",
  "1",
];
const OTHERS = ["ami-1111", "é", "e\u0301", "😀😀", "zz"];
/** What the source had before: these are retired. */
const RETIRED = ["old-1", "alt-ü", "古い"];
/** As many as are read at a time, and once more as many. */
const MANY = 40_000;

let server: PostgresServer;
let node: ListingNode;
let folder: string;
let copies = 0;
let sourceId: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imagedex-differences-"));
  server = await startPostgres();
  node = await openListingNode(await server.createDatabase());
  for (const backend of ["a", "b"]) {
    await node.addBackend(backend);
    await node.list(
      backend,
      [...IDS, ...RETIRED].map((id) => image(id)),
    );
    await node.list(
      backend,
      IDS.map((id) => image(id)),
    );
  }
  await catchUp([node]);
  sourceId = sourcesOf(node.catalogue, "a")[0]?.id ?? 0;
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type Mark = readonly [imageId: string, digest: string, retiredAt: string | null];

const MARKS = "SELECT image_id, digest, retired_at FROM images WHERE source_id";

const marksOf = ({ sqlite }: Catalogue): Mark[] =>
  sqlite.prepare<[number], Mark>(`${MARKS} = ? ORDER BY image_id`).raw().all(sourceId);

const recordMarks = async (): Promise<Mark[]> =>
  (
    await node.link.within(60_000, (client) =>
      client.unsafe<{ image_id: string; digest: string; retired_at: string | null }[]>(
        `${MARKS} = ${sourceId} ORDER BY image_id COLLATE "C"`,
      ),
    )
  ).map((row) => [row.image_id, row.digest, row.retired_at]);

/** What each change makes of a file's row. */
const CHANGES = {
  lacked: "DELETE FROM images WHERE source_id = ? AND image_id = ?",
  written: "UPDATE images SET digest = digest || 'x' WHERE source_id = ? AND image_id = ?",
  emptied: "UPDATE images SET digest = '' WHERE source_id = ? AND image_id = ?",
  retired: `UPDATE images SET retired_at = '${NOW}' WHERE source_id = ? AND image_id = ?`,
  returned: "UPDATE images SET retired_at = NULL WHERE source_id = ? AND image_id = ?",
  undated: "UPDATE images SET retired_at = '' WHERE source_id = ? AND image_id = ?",
} as const;
const KINDS = ["lacked", "written", "emptied", "retired", "returned", "undated"] as const;

function copyFile(): Catalogue {
  const file = join(folder, `copy-${++copies}.db`);
  node.catalogue.sqlite.exec(`VACUUM INTO '${file}'`);
  return openCatalogue(file, { mustExist: true, replica: "own" });
}

function addRow({ sqlite }: Catalogue, id: string): void {
  const columns = sqlite.prepare<[], string>("SELECT name FROM pragma_table_info('images')").pluck().all();
  const others = columns.filter((name) => !["id", "image_id", "position"].includes(name)).join(", ");
  sqlite
    .prepare<[string, number]>(
      `INSERT INTO images (image_id, ${others}) SELECT ?, ${others} FROM images WHERE source_id = ? LIMIT 1`,
    )
    .run(id, sourceId);
}

const compare = (catalogue: Catalogue): Promise<FollowPlan> =>
  readRecord(node.link, undefined, (snapshot) => planDifferences(catalogue, snapshot));

const stagedIn = ({ sqlite }: Catalogue, { stages }: FollowPlan): string[] =>
  stages.length === 0 ? [] : sqlite.prepare<[], string>("SELECT image_id FROM temp.followed").pluck().all();

/** Compares file and record row by row, mends the file, and expects the same of both. */
async function expectMended(catalogue: Catalogue): Promise<void> {
  const [local, record] = [marksOf(catalogue), await recordMarks()];
  const [had, has] = [local, record].map((marks) => new Set(marks.map((mark) => JSON.stringify(mark))));
  const ids = new Set(record.map(([id]) => id));

  const plan = await compare(catalogue);

  const differing = record.filter((mark) => !had?.has(JSON.stringify(mark))).map(([id]) => id);
  expect(stagedIn(catalogue, plan).toSorted()).toEqual(differing.toSorted());
  const gone = local.filter(([id]) => !ids.has(id)).map(([id]) => id);
  const removed = plan.removedImages.flatMap(({ imageIds }) => imageIds);
  expect(removed.toSorted()).toEqual(gone.toSorted());
  await applyPlan(catalogue, plan, NOW);
  expect(new Set(marksOf(catalogue).map((mark) => JSON.stringify(mark)))).toEqual(has);
}

describe("what a file and its record differ in is found and mended", () => {
  const change = fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(...IDS, ...RETIRED));

  test("whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), fc.subarray(OTHERS), async (changes, others) => {
        using catalogue = copyFile();
        for (const id of others) addRow(catalogue, id);
        for (const [kind, id] of changes) catalogue.sqlite.prepare<[number, string]>(CHANGES[kind]).run(sourceId, id);
        await expectMended(catalogue);
      }),
      histories(40),
    );
  });

  test.each([
    ["nothing", "SELECT 1"],
    ["all rows", "UPDATE images SET digest = 'other'"],
    ["the file has none", "DELETE FROM images"],
  ])("%s", async (_what, statement) => {
    using catalogue = copyFile();
    catalogue.sqlite.exec(statement);

    await expectMended(catalogue);
  });
});

test("a record tells each image once, and its state once, however many there are", async () => {
  await using large = await openListingNode(await server.createDatabase());
  await large.addBackend("a");
  await large.list("a", [image("one")]);
  await large.link.within(60_000, (client) =>
    client.unsafe(`CREATE TEMP TABLE one AS SELECT * FROM images;
      INSERT INTO images SELECT (jsonb_populate_record(one, jsonb_build_object('image_id', 'n' || n))).*
        FROM one, generate_series(2, ${MANY}) n`),
  );

  const [states, images] = await readRecord(large.link, undefined, async (snapshot) => {
    const told: [unknown[], unknown[]] = [[], []];
    for await (const marks of snapshot.imageMarks(1)) told[0].push(...marks.map(({ imageId }) => imageId));
    for await (const rows of snapshot.imagesSince(1, -1)) told[1].push(...rows.map((row) => row["image_id"]));
    return told;
  });

  expect(states).toHaveLength(MANY);
  expect(new Set(states).size).toBe(MANY);
  expect(images).toEqual(states);
});
