import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitListing } from "../../src/catalogue/listing/commit-listing.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { stageListing } from "../../src/catalogue/listing/stage-listing.ts";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { NOW, seedBackend } from "../catalogue/seed.ts";

/** A catalogue file of generated regions, and the folder that it goes with. */
export interface Corpus extends Disposable {
  readonly file: string;
  /** One backend a region, named after it. */
  readonly regions: readonly string[];
}

/** Fills a catalogue as syncs do, without a network: `count` images in each of `regions`. */
export async function createCorpus(count: number, regions: readonly string[]): Promise<Corpus> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-bench-"));
  const file = join(folder, "imagedex.db");
  for (const region of regions) {
    using catalogue = openCatalogue(file);
    const backend = await seedBackend(catalogue, region, [{ key: `ec2 ${region} public`, scope: "public" }]);
    const [source] = sourcesOf(catalogue, backend.id);
    if (!source) throw new Error("the backend has no source");
    const stage = stageListing(catalogue, source);
    for (const page of pagesOf(corpusImages(count, region))) stage.add(page);
    commitListing(stage, { now: () => NOW, retire: true, runId: insertRun(catalogue, source.id, NOW) });
  }
  return { file, regions, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The images of a generated region, as the EC2 adapter reads them. */
export function* corpusImages(count: number, region: string): Generator<MachineImage> {
  for (const image of generateImages({ count, seed: 1, region }))
    yield* readImages([image as Ec2Image], "public").images;
}

function* pagesOf(images: Iterable<MachineImage>): Generator<MachineImage[]> {
  let page: MachineImage[] = [];
  for (const image of images) {
    page.push(image);
    if (page.length < 1000) continue;
    yield page;
    page = [];
  }
  yield page;
}
