import { expect, test } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { collectRows, packCollected, type SegmentBuilder } from "../../src/catalogue/index/pack-segment.ts";
import { dropSegments, writeSegments } from "../../src/catalogue/index/write-segments.ts";
import { openRowReader } from "../../src/catalogue/index/indexed-image.ts";
import type { Collected } from "../../src/catalogue/index/collect-tokens.ts";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import { createLog } from "../../src/log.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createSegmentThread } from "../../src/sync/segment-thread.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const GONE = new URL("./gone-worker.ts", import.meta.url);
const DEAF = new URL("./deaf-worker.ts", import.meta.url);
const log = createLog("silent");

test("segments that two threads build are those that one builds, in their order", async () => {
  using catalogue = await regionOf(900);
  for (const most of [900, 450, 300, 200]) {
    const alone = segmentsOf(catalogue, { most });
    await using beside = createSegmentThread(log);
    let begun = 0;
    const counted: SegmentBuilder = { begin: (collected) => (begun++, beside.begin(collected)) };

    expect(segmentsOf(catalogue, { most, beside: counted })).toEqual(alone);

    expect(begun).toBe(Math.floor(Math.ceil(900 / most) / 2));
  }
});

test.each([
  ["is gone", GONE],
  ["does not answer", DEAF],
])("a thread that %s leaves its segments to this one, and gets no others", async (_, script) => {
  using catalogue = await regionOf(400);
  const alone = segmentsOf(catalogue, { most: 100 });
  await using beside = createSegmentThread(log, script, 300);

  expect(segmentsOf(catalogue, { most: 100, beside })).toEqual(alone);

  expect(beside.begin(collect(catalogue))()).toBeUndefined();
});

test("scripts with more letters than have sets of their own are built alike", async () => {
  using catalogue = openTemporaryCatalogue();
  const letters = Array.from({ length: 900 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join("");
  const names = ["a", letters, letters.slice(5, 700), letters.slice(200), `${letters}😀`];
  commitImages(
    catalogue,
    await seedBackend(catalogue, "test"),
    names.map((name, at) => image(`ami-${at}`, { name, description: letters.slice(0, 400) })),
  );
  await using beside = createSegmentThread(log);

  expect(beside.begin(collect(catalogue))()).toEqual(toPlain(packCollected(() => collect(catalogue))));
});

async function regionOf(count: number): Promise<Catalogue> {
  const catalogue = openTemporaryCatalogue();
  const images = [...generateImages({ count, seed: 1, region: "us-east-1" })].flatMap(
    (made) => readImages([made as Ec2Image], "public").images,
  );
  commitImages(catalogue, await seedBackend(catalogue, "test"), images.slice(0, count));
  return catalogue;
}

/** The segments of all rows, as they are stored. They are gone again afterwards. */
function segmentsOf({ sqlite, ...catalogue }: Catalogue, options: Parameters<typeof writeSegments>[4]): unknown {
  const [source] = sourcesOf({ sqlite, ...catalogue }, "test");
  if (!source) throw new Error("there is no source");
  const rows = sqlite.prepare<[], number>("SELECT id FROM images").pluck().all();
  const ids = sqlite.prepare<[], { id: number }>("SELECT id FROM search_segments");
  return sqlite.transaction(() => {
    sqlite.exec("DELETE FROM search_pages");
    dropSegments(sqlite, ids.all());
    writeSegments(sqlite, source.id, "present", rows, options);
    return ["search_segments", "search_pages"].map((table) => {
      const columns = table === "search_pages" ? "data" : "size, part_bytes";
      return sqlite.prepare(`SELECT ${columns} FROM ${table} ORDER BY id`).all();
    });
  })();
}

function collect({ sqlite }: Catalogue): Collected {
  const read = openRowReader(sqlite, "present");
  const rows = sqlite.prepare<[], number>("SELECT id FROM images").pluck().all();
  return collectRows(
    rows.flatMap((row) => read(row) ?? []),
    rows.length,
  );
}

/** Buffers become plain bytes on their way from another thread. */
function toPlain({ packed, ...segment }: ReturnType<typeof packCollected>): unknown {
  return { ...segment, packed: packed.map((page) => ({ ...page, data: new Uint8Array(page.data) })) };
}
