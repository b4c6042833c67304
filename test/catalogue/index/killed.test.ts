import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLocalRecord } from "../../../src/record/record.ts";
import { getBackend } from "../../../src/record/backends.ts";
import { checkCatalogue } from "../../../src/catalogue/transfer/check-catalogue.ts";
import { hasMergeable } from "../../../src/catalogue/index/merge-segments.ts";
import { hasLeftovers } from "../../../src/catalogue/index/stage-segments.ts";
import { type Catalogue, openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { createLog } from "../../../src/log.ts";
import { createImageSearch } from "../../../src/search/answer/search-images.ts";
import { tidyCatalogue } from "../../../src/sync/tidy-catalogue.ts";
import { histories } from "../../histories.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../seed.ts";

const { numRuns, seed } = histories(4);
const COUNT = 400;

test(`killed at ${numRuns} of its writes, a process that builds and merges leaves an index that is whole or built anew`, async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const images = Array.from({ length: COUNT }, (_, n) => image(`ami-${n}`, { name: `ubuntu-${n % 13}.04 build ${n}` }));
  commitImages(catalogue, backend, [...images, image("ami-gone")]);
  commitImages(catalogue, backend, images);

  for (let kill = 0; kill < numRuns; kill++) {
    await killAt(catalogue.file, 1 + ((seed * (kill + 1) * 7919) % 900));
    await tidy(catalogue);

    using opened = openCatalogue(catalogue.file);
    expect([...checkCatalogue(opened)].flatMap(({ troubles }) => troubles)).toEqual([]);
    expect([hasMergeable(opened), hasLeftovers(opened)]).toEqual([false, false]);
    const search = createImageSearch(opened, () => NOW);
    const page = await search.page(
      [getBackend(opened, "test")],
      { term: "ubuntu-12.04", match: "words" },
      { limit: 1, offset: 0 },
    );
    expect(page.total).toBe(images.filter(({ name }) => name?.includes("ubuntu-12.04")).length);
  }
});

/** Kills the process as soon as it has made so many writes. */
async function killAt(file: string, writes: number): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "index-process.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = 0;
  child.stdout.on("data", (told: Buffer) => {
    seen += told.length;
    if (seen >= writes) child.kill("SIGKILL");
  });
  await once(child, "exit");
  expect(seen).toBeGreaterThanOrEqual(writes);
}

async function tidy({ file }: Catalogue): Promise<void> {
  const signal = new AbortController().signal;
  await tidyCatalogue({
    recordOf: createLocalRecord,
    file,
    keepRetired: 400,
    now: NOW,
    signal,
    log: createLog("silent"),
  });
}
