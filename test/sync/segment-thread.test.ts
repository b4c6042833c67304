import { dirname } from "node:path";
import { expect, test } from "vitest";
import { columnsOf } from "../../src/catalogue/facts/columns-of.ts";
import { openCatalogue, type Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { checkIndex } from "../../src/catalogue/index/check-index.ts";
import { beginFirstIndex } from "../../src/catalogue/index/first-index.ts";
import type { SegmentBuilder } from "../../src/catalogue/index/pack-segment.ts";
import { createRowSpool } from "../../src/catalogue/index/row-spool.ts";
import { dropSegments, writeSegments } from "../../src/catalogue/index/write-segments.ts";
import { commitListing } from "../../src/catalogue/listing/commit-listing.ts";
import { openStagedRows } from "../../src/catalogue/listing/staged-rows.ts";
import { stageListing } from "../../src/catalogue/listing/stage-listing.ts";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import { createLog } from "../../src/log.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { insertRun } from "../../src/record/runs.ts";
import { type Source, sourcesOf } from "../../src/record/sources.ts";
import { createSegmentThread } from "../../src/sync/segment-thread.ts";
import { image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const GONE = new URL("./gone-worker.ts", import.meta.url);
const DEAF = new URL("./deaf-worker.ts", import.meta.url);
const log = createLog("silent");

/** Images whose places are hard to tell: the same time, no time, no name, withdrawn, listed twice. */
const HARD: readonly MachineImage[] = [
  ...Array.from({ length: 30 }, (_, n) => image(`ami-${n}`, { name: `web-1.${n % 7}.${n}`, createdAt: null })),
  ...Array.from({ length: 30 }, (_, n) => image(`ami-0${n}`, { name: `日本 "${n}"`, description: "é\n\\" })),
  image("ami-nameless", { name: null, owned: true }),
  image("ami-\ud800", { name: "half a \udc00", ownerId: "\ud801", ownerAlias: "\ud802z" }),
  image("ami-\ud801", { name: "the same id, as it is stored", ownerId: "\uffff", ownerAlias: "\ue000z" }),
  image("ami-old", { deprecatedAt: "2020-01-01T00:00:00.000Z", extra: { state: "disabled" } }),
  image("ami-3", { name: "listed twice", keywords: ['a "word"', "\u{10400}"] }),
];

test("a first listing's index is the same, whoever builds it: from spooled rows or from the table, in one thread or two", async () => {
  const images = [...regionOf(900), ...HARD];
  using listed = await listFirst(images);
  const alone = storedIndex(listed);
  expect(alone).toEqual(indexAnew(listed));

  await using beside = createSegmentThread(log);
  let begun = 0;
  const counted: SegmentBuilder = { begin: (segment) => (begun++, beside.begin(segment)) };
  using besides = await listFirst(images, counted);
  expect(storedIndex(besides)).toEqual(alone);
  expect(begun).toBe(1);
});

test.each([
  [1000, 1],
  [500, 1],
  [400, 2],
  [250, 2],
  [200, 3],
])("with %i images a segment the other thread builds %i of them, and every image is found", async (most, share) => {
  const images = [...regionOf(900), ...HARD];
  using listed = await listFirst(images);
  const { sqlite } = listed;
  const source = dropIndex(listed);
  using spool = createRowSpool(dirname(listed.file), (error) => {
    throw error;
  });
  const staged = openStagedRows(sqlite, spool);
  for (const each of images) staged.add(columnsOf(each, source.provider, ""), { extra: "{}", shared_id: null });
  sqlite.exec(`CREATE TEMP TABLE placed AS SELECT i.id AS place, s.rowid AS staged, i.family_id, i.latest, i.ordered_at
    FROM temp.staged s JOIN images i ON i.image_id = s.image_id`);
  await using beside = createSegmentThread(log);
  let begun = 0;
  const counted: SegmentBuilder = { begin: (segment) => (begun++, beside.begin(segment)) };
  const spooled = spool.finish();
  if (!spooled) throw new Error("nothing was spooled");

  beginFirstIndex(sqlite, { sourceId: source.id, newestRow: 0, spooled, most }, counted)();

  expect(begun).toBe(share);
  expect(checkIndex(sqlite, source.id, 10)).toEqual({ looked: expect.any(Number), troubles: [] });
});

test.each([
  ["is gone", GONE],
  ["does not answer", DEAF],
])("a thread that %s leaves its segment to this one, and gets no others", async (_, script) => {
  await using beside = createSegmentThread(log, script, 300);
  let begun: (() => unknown) | undefined;
  using listed = await listFirst(regionOf(400), {
    begin: (segment) => {
      const wait = beside.begin(segment);
      begun = () => beside.begin(segment).take();
      return wait;
    },
  });

  expect(storedIndex(listed)).toEqual(indexAnew(listed));
  expect(begun?.()).toBeUndefined();
});

test("rows that cannot be spooled are read from the table, and somebody hears of it", async () => {
  const errors: unknown[] = [];
  using listed = await listFirst(regionOf(200), undefined, "/no/such/folder", errors);

  expect(storedIndex(listed)).toEqual(indexAnew(listed));
  expect(errors).toHaveLength(1);
});

function regionOf(count: number): MachineImage[] {
  const made = [...generateImages({ count, seed: 1, region: "us-east-1" })];
  return made.flatMap((each) => readImages([each as Ec2Image], "public").images);
}

/** A catalogue whose only source was listed once, with a spool. */
async function listFirst(
  images: readonly MachineImage[],
  beside?: SegmentBuilder,
  folder?: string,
  errors: unknown[] = [],
): Promise<Catalogue> {
  const catalogue = openTemporaryCatalogue();
  await seedBackend(catalogue, "test");
  const source = onlySource(catalogue);
  using connection = openCatalogue(catalogue.file);
  using spool = createRowSpool(folder ?? dirname(catalogue.file), (error) => errors.push(error));
  const stage = stageListing(connection, source, spool);
  for (let at = 0; at < images.length; at += 100) stage.add(images.slice(at, at + 100));
  commitListing(stage, { now: () => NOW, retire: true, runId: insertRun(connection, source.id, NOW), beside });
  return catalogue;
}

function storedIndex({ sqlite }: Catalogue): unknown {
  return [
    sqlite.prepare("SELECT size, part_bytes FROM search_segments ORDER BY id").all(),
    sqlite.prepare("SELECT data FROM search_pages ORDER BY id").all(),
  ];
}

/** The same, built from the table. */
function indexAnew(catalogue: Catalogue): unknown {
  const { sqlite } = catalogue;
  const rows = sqlite.prepare<[], number>("SELECT id FROM images WHERE position IS NOT NULL").pluck().all();
  writeSegments(sqlite, dropIndex(catalogue).id, "present", rows);
  return storedIndex(catalogue);
}

/** Returns the source that it was of. */
function dropIndex(catalogue: Catalogue): Source {
  const { sqlite } = catalogue;
  sqlite.exec("DELETE FROM search_pages");
  dropSegments(sqlite, sqlite.prepare<[], { id: number }>("SELECT id FROM search_segments").all());
  return onlySource(catalogue);
}

function onlySource(catalogue: Catalogue): Source {
  const [source] = sourcesOf(catalogue, "test");
  if (!source) throw new Error("there is no source");
  return source;
}
