import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import type { Backend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, listRuns } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import type { ImagePage, ImageProvider } from "../../src/providers/provider.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { ami, type FakeEc2, list, startFakeEc2 } from "../fakes/ec2.ts";

const KEY = "ec2 test public";
const NOTHING_NEW = { outcome: "complete", added: 0, changed: 0, retired: 0, returned: 0 };

test("images whose items are as they were are not read again", async () => {
  await using listing = await startListing(6);
  await listing.sync();
  const before = listing.dump();

  const { outcome, read, unread } = await listing.sync();

  expect(outcome).toEqual({ ...NOTHING_NEW, listed: 6 });
  expect({ read, unread }).toEqual({ read: [], unread: 6 });
  expect(listing.dump()).toEqual(before);
});

test("those that changed, came, went or came back are", async () => {
  await using listing = await startListing(6);
  await listing.sync();
  listing.cloud.images = listing.cloud.images.toSpliced(2, 1, ami(2, { name: "other" })).toSpliced(4, 1);
  listing.cloud.images.push(ami(7));

  const changed = await listing.sync();
  listing.cloud.images.push(ami(4));
  const returned = await listing.sync();

  expect(changed).toEqual({
    outcome: { outcome: "complete", listed: 6, added: 1, changed: 1, retired: 1, returned: 0 },
    read: ["ami-2", "ami-7"],
    unread: 4,
  });
  expect(returned).toEqual({ outcome: { ...NOTHING_NEW, listed: 7, returned: 1 }, read: ["ami-4"], unread: 6 });
  expect(listing.names()).toContainEqual(["ami-2", "other"]);
});

test("tags in another order cost a reading, and no change", async () => {
  await using listing = await startListing(0);
  const tags = [1, 2, 3].map((n) => `<key>k${n}</key><value>v${n}</value>`);
  listing.cloud.images = [ami(1, { tagSet: list(...tags) }), ami(2)];
  await listing.sync();
  const before = listing.revision();
  listing.cloud.images = [ami(1, { tagSet: list(...tags.toReversed()) }), ami(2)];

  const reordered = await listing.sync();
  const again = await listing.sync();

  expect(reordered).toEqual({ outcome: { ...NOTHING_NEW, listed: 2 }, read: ["ami-1"], unread: 1 });
  expect(again).toMatchObject({ read: [], unread: 2 });
  expect(listing.revision()).toBe(before);
});

test.each([
  ["another release read", "UPDATE images SET digest = '0' || substr(digest, 2)"],
  ["an import brought", "UPDATE images SET digest = ''"],
  ["a release without fingerprints read", "UPDATE images SET digest = substr(digest, 1, length(digest) - 17)"],
])("all are read that %s, and none of them changed", async (_, sql) => {
  await using listing = await startListing(3);
  await listing.sync();
  listing.catalogue.sqlite.exec(sql);

  const next = await listing.sync();
  const again = await listing.sync();

  expect(next).toEqual({ outcome: { ...NOTHING_NEW, listed: 3 }, read: ["ami-0", "ami-1", "ami-2"], unread: 0 });
  expect(again).toMatchObject({ read: [], unread: 3 });
});

test("an image whose texts are cut is read each time, and the run says so", async () => {
  await using listing = await startListing(0);
  listing.cloud.images = [ami(1, { description: "long ".repeat(8_000) }), ami(2)];
  await listing.sync();

  const { read, unread } = await listing.sync();

  expect({ read, unread }).toEqual({ read: ["ami-1"], unread: 1 });
  expect(listing.warning()).toMatch(/texts of more than 32 KiB .* were cut: 1 images/);
});

test("of an image that is listed twice the later word counts, read or not", async () => {
  await using listing = await startListing(0);
  const kept = image("ami-1");
  const pages = (...of: Partial<ImagePage>[]): void =>
    listing.answer(of.map((page) => ({ images: [], rejected: [], calls: 1, ...page })));
  const read = { images: [kept], fingerprints: new Map([["ami-1", "first"]]) };
  pages(read);
  await listing.sync();

  pages({ images: [image("ami-1", { name: "other" })] }, { unread: ["first"] });
  const { outcome } = await listing.sync();
  pages({ unread: ["first"] }, { images: [image("ami-1", { name: "other" })] });
  const later = await listing.sync();

  expect(outcome).toEqual({ ...NOTHING_NEW, listed: 1 });
  expect(later.outcome).toEqual({ ...NOTHING_NEW, listed: 1, changed: 1 });
  expect(listing.names()).toEqual([["ami-1", "other"]]);
});

interface Sync {
  readonly outcome: SyncOutcome;
  /** Ids of the images that were read. */
  readonly read: readonly string[];
  /** How many items were known. */
  readonly unread: number;
}

interface Listing extends AsyncDisposable {
  readonly cloud: FakeEc2;
  readonly catalogue: Catalogue;
  sync(): Promise<Sync>;
  /** From now on the cloud is not asked: these are its pages. */
  answer(pages: readonly ImagePage[]): void;
  names(): unknown[];
  revision(): number;
  warning(): string | null;
  dump(): unknown;
}

/** A region with some images, and a catalogue that it is listed into. */
async function startListing(count: number): Promise<Listing> {
  const cloud = await startFakeEc2();
  cloud.images = Array.from({ length: count }, (_, n) => ami(n));
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const keys = { apikey: "AKIAIOSFODNN7EXAMPLE", apisecret: "wJalrXUtnFEMI/K7MDENG" };
  const ec2 = createEc2Provider({ region: "eu-west-1", apiurl: cloud.url, ...keys }, { allowLinkLocal: false });
  let scripted: readonly ImagePage[] | undefined;
  const source = (): ReturnType<typeof sourcesOf>[number] => sourcesOf(catalogue, backend.id)[0]!;
  return {
    cloud,
    catalogue,
    async sync() {
      const pages: ImagePage[] = [];
      const provider: ImageProvider = {
        name: "ec2",
        sources: [{ key: KEY, scope: "public" }],
        async *listImages(_source, signal, known) {
          for await (const page of scripted ?? ec2.listImages(ec2.sources[1]!, signal, known)) {
            pages.push(page);
            yield page;
          }
        },
      };
      const outcome = await syncWith(catalogue, backend, provider);
      const read = pages.flatMap(({ images }) => images.map(({ id }) => id));
      return { outcome, read, unread: pages.reduce((sum, { unread = [] }) => sum + unread.length, 0) };
    },
    answer: (pages) => void (scripted = pages),
    names: () => catalogue.sqlite.prepare("SELECT image_id, name FROM images ORDER BY image_id").raw().all(),
    revision: () => source().revision,
    warning: () => listRuns(catalogue, [source().id], 1)[0]?.warning ?? null,
    dump: () =>
      ["images", "families", "image_changes"].map((table) => catalogue.sqlite.prepare(`SELECT * FROM ${table}`).all()),
    async [Symbol.asyncDispose]() {
      catalogue[Symbol.dispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

function syncWith(catalogue: Catalogue, backend: Backend, provider: ImageProvider): Promise<SyncOutcome> {
  const source = sourcesOf(catalogue, backend.id)[0]!;
  return syncSource({
    file: catalogue.file,
    recordOf: createLocalRecord,
    runId: insertRun(catalogue, source.id, NOW),
    sourceId: source.id,
    providers: [provider],
    limits: { maxShrink: 0.9, acceptShrink: false },
    signal: new AbortController().signal,
    now: () => NOW,
    log: createLog("silent"),
  });
}
