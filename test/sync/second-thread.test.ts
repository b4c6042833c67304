import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { insertRun, listRuns } from "../../src/record/runs.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { type Ec2Endpoint, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { createCatalogue } from "../../src/demo/generate/catalogue.ts";
import { createGeneratedRegion, generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import { renderImage } from "../../src/demo/ec2/render-image.ts";
import { createLog } from "../../src/log.ts";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { createBodyDeriver } from "../../src/sync/derive-body.ts";
import { createSecondThread } from "../../src/sync/second-thread.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const REGION = "eu-west-1";
const KEY = { id: "AKIADEMODEMODEMODEMO", secret: "demo-secret-key", account: "111122223333" };
const GONE = new URL("./gone-worker.ts", import.meta.url);
const log = createLog("silent");

test("the second thread reads what this one reads, in the order in which it is asked", async () => {
  await using second = createSecondThread(log);
  const items = [...generateImages({ count: 60, seed: 3, region: REGION })].map(renderImage);
  const bodies = [0, 20, 40].map((at) => bodyOf(items.slice(at, at + 20)));

  const read = await Promise.all(bodies.map((body) => second.read("ec2", body)));

  expect(read).toEqual(bodies.map(createBodyDeriver("ec2")));
  expect(read[0]?.derived.images.length).toBeGreaterThan(15);
});

test("what it cannot read is undefined, and does not end it", async () => {
  await using second = createSecondThread(log);
  const good = bodyOf([...generateImages({ count: 1, seed: 3, region: REGION })].map(renderImage));

  expect(await second.read("ec2", Buffer.from("<html>no"))).toBeUndefined();
  expect(await second.read("hetzner", good)).toBeUndefined();
  expect(await second.read("ec2", good)).toEqual(createBodyDeriver("ec2")(good));
});

test("a thread that is gone leaves all its pages to this one", async () => {
  await using second = createSecondThread(log, GONE);
  const body = bodyOf([]);

  expect(await Promise.all([second.read("ec2", body), second.read("ec2", body)])).toEqual([undefined, undefined]);
  expect(await second.read("ec2", body)).toBeUndefined();
});

test("a first listing that two threads read becomes the catalogue that one makes", async () => {
  await using endpoint = await startRegion();
  using together = await emptyCatalogue();
  using alone = await emptyCatalogue();
  const ec2 = providerOf(endpoint);
  const unread: string[] = [];
  const watched: ImageProvider = {
    ...ec2,
    async *listUnread(source, signal) {
      for await (const page of ec2.listUnread?.(source, signal) ?? []) {
        unread.push("read" in page ? "unread" : "read");
        yield page;
      }
    },
  };

  const outcome = await sync(together, watched);
  const { listUnread, ...plain } = ec2;
  expect(listUnread).toBeDefined();
  expect(outcome).toEqual(await sync(alone, plain));

  expect(dump(together)).toEqual(dump(alone));
  expect(unread.filter((kind) => kind === "unread").length).toBeGreaterThan(8);
  expect(outcome).toMatchObject({ outcome: "complete" });
});

test("a page that is not EC2's ends a first listing as any listing, and nothing is kept", async () => {
  await using endpoint = await startRegion();
  using catalogue = await emptyCatalogue();
  const ec2 = providerOf(endpoint);
  const broken: ImageProvider = {
    ...ec2,
    async *listUnread(source, signal) {
      let pages = 0;
      for await (const page of ec2.listUnread?.(source, signal) ?? [])
        yield ++pages === 7 && "read" in page ? { ...page, body: Buffer.from("no XML"), read: refuse } : page;
    },
  };

  const outcome = await sync(catalogue, broken);

  expect(outcome).toMatchObject({ outcome: "failed", reason: expect.stringContaining("this page is none") });
  expect(catalogue.sqlite.prepare("SELECT count(*) FROM images").pluck().get()).toBe(0);
  expect(listRuns(catalogue, [sourcesOf(catalogue, "test")[0]!.id], 1)[0]).toMatchObject({ state: "failed" });
});

function refuse(): never {
  throw new Error("this page is none");
}

function bodyOf(items: readonly string[]): Buffer {
  return Buffer.from(`<DescribeImagesResponse><imagesSet>${items.join("")}</imagesSet></DescribeImagesResponse>`);
}

async function emptyCatalogue(): Promise<Catalogue> {
  const catalogue = openTemporaryCatalogue();
  await seedBackend(catalogue, "test");
  return catalogue;
}

function startRegion(): Promise<Ec2Endpoint> {
  const region = createCatalogue(createGeneratedRegion({ count: 600, seed: 1, region: REGION, accounts: [] }));
  return startEc2Endpoint({ catalogues: [region], accessKeys: [KEY], mostResults: 50 });
}

function providerOf({ url }: Ec2Endpoint): ImageProvider {
  const backend = { region: REGION, apiurl: url, apikey: KEY.id, apisecret: KEY.secret };
  const [, listed] = createEc2Provider(backend, { allowLinkLocal: false }).sources;
  const provider = createEc2Provider(backend, { allowLinkLocal: false });
  const sources = [{ key: "ec2 test public", scope: "public" as const }];
  return {
    ...provider,
    sources,
    listImages: (_, signal, known) => provider.listImages(listed!, signal, known),
    listUnread: (_, signal) => provider.listUnread?.(listed!, signal),
  };
}

function sync(catalogue: Catalogue, provider: ImageProvider): Promise<SyncOutcome> {
  const source = sourcesOf(catalogue, "test")[0]!;
  return syncSource({
    file: catalogue.file,
    recordOf: createLocalRecord,
    runId: insertRun(catalogue, source.id, NOW),
    sourceId: source.id,
    providers: [provider],
    limits: { maxShrink: 0.9, acceptShrink: false },
    signal: new AbortController().signal,
    now: () => NOW,
    log,
  });
}

function dump({ sqlite }: Catalogue): unknown {
  return ["images", "families", "shared_extras", "search_segments", "search_pages", "runs"].map((table) => [
    table,
    sqlite.prepare(`SELECT * FROM ${table}`).all(),
  ]);
}
