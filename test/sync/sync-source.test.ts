import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import type { Backend } from "../../src/record/backends.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, listRuns, type RunKind } from "../../src/record/runs.ts";
import { type Source, sourcesOf } from "../../src/record/sources.ts";
import { ProviderError } from "../../src/errors.ts";
import type { MachineImage } from "../../src/image.ts";
import { createLog } from "../../src/log.ts";
import type { ImageProvider } from "../../src/providers/provider.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const KEY = "ec2 test public";
const IMAGES = Array.from({ length: 10 }, (_, n) => image(`ami-${n}`));

test("makes a complete listing the catalogue, page by page", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");

  const outcome = await sync(catalogue, backend, providerOf([IMAGES.slice(0, 4), [], IMAGES.slice(4)]));

  expect(outcome).toEqual({ outcome: "complete", listed: 10, added: 10, changed: 0, retired: 0, returned: 0 });
  expect(lastRunOf(catalogue, backend)).toMatchObject({
    state: "complete",
    listed: 10,
    added: 10,
    upstreamCalls: 3,
    rejected: 3,
    code: null,
  });
  expect(sourceOf(catalogue, backend)).toMatchObject({ revision: 1, imageCount: 10, syncedAt: NOW });
});

test("a probe adds and changes, retires nothing, and is no full listing", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  await sync(catalogue, backend, providerOf([IMAGES]));
  const asked: Date[] = [];
  const news = [image("ami-0", { description: "changed" }), image("ami-new")];
  const provider: ImageProvider = {
    ...providerOf([]),
    async *probeImages(_source, since) {
      asked.push(since);
      yield { images: news, rejected: [], calls: 1 };
    },
  };

  const outcome = await sync(catalogue, backend, provider, { kind: "probe" });

  expect(outcome).toEqual({ outcome: "complete", listed: 2, added: 1, changed: 1, retired: 0, returned: 0 });
  expect(sourceOf(catalogue, backend)).toMatchObject({ revision: 2, imageCount: 11, syncedAt: NOW, probedAt: NOW });
  // From an hour before the last run that is known to have seen all.
  expect(asked).toEqual([new Date(Date.parse(NOW) - 3_600_000)]);
});

test("a probe that fails, finds nothing or cannot be made changes nothing", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  await sync(catalogue, backend, providerOf([IMAGES]));
  const before = dump(catalogue);
  const probing = (images: MachineImage[], failure?: Error): ImageProvider => {
    const { listImages, ...rest } = providerOf([images], failure);
    return { ...rest, listImages, probeImages: (source, _since, signal) => listImages(source, signal) };
  };

  const cut = await sync(catalogue, backend, probing([image("ami-new")], throttled()), { kind: "probe" });
  const empty = await sync(catalogue, backend, probing([]), { kind: "probe" });
  const unable = await sync(catalogue, backend, providerOf([IMAGES]), { kind: "probe" });

  expect([cut.outcome, empty.outcome, unable.outcome]).toEqual(["failed", "complete", "failed"]);
  expect(sourceOf(catalogue, backend)).toMatchObject({ revision: 1, imageCount: 10 });
  catalogue.sqlite.exec("UPDATE sources SET probed_at = NULL");
  expect(dump(catalogue)).toEqual(before);
});

test("changes nothing when a later page fails, and says why in the run", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  await sync(catalogue, backend, providerOf([IMAGES]));
  const before = dump(catalogue);

  const outcome = await sync(catalogue, backend, providerOf([IMAGES.slice(0, 9)], throttled()));

  expect(outcome).toEqual({ outcome: "failed", code: "throttled", reason: "ec2 test: still throttled" });
  expect(dump(catalogue)).toEqual(before);
  expect(lastRunOf(catalogue, backend)).toMatchObject({
    state: "failed",
    code: "throttled",
    error: "ec2 test: still throttled",
    // A page, and what the tries of the next one cost.
    upstreamCalls: 1 + 5,
  });
});

test("refuses a listing that is half as long, until it is accepted", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  await sync(catalogue, backend, providerOf([IMAGES]));
  const before = dump(catalogue);

  const refused = await sync(catalogue, backend, providerOf([IMAGES.slice(0, 5)]));
  // But for what the refusal remembers.
  catalogue.sqlite.exec("UPDATE sources SET shrunk_listings = 0, shrunk_since = NULL");
  const untouched = dump(catalogue);
  const accepted = await sync(catalogue, backend, providerOf([IMAGES.slice(0, 5)]), { acceptShrink: true });

  expect(refused).toMatchObject({ outcome: "refused", reason: expect.stringContaining("50 % fewer") });
  expect(untouched).toEqual(before);
  expect(accepted).toMatchObject({ outcome: "complete", retired: 5 });
});

test("counts an image once that is listed twice, the later word standing", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const [first, ...others] = IMAGES;

  const outcome = await sync(
    catalogue,
    backend,
    providerOf([[image("ami-0", { name: "older word" }), ...others], first ? [first] : []]),
  );

  expect(outcome).toMatchObject({ listed: 10, added: 10 });
  expect(catalogue.sqlite.prepare("SELECT name FROM images WHERE image_id = 'ami-0'").pluck().get()).toBe(
    "image ami-0",
  );
});

test("asks the next backend's credentials when the first one's are refused", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const refused = providerOf(
    [],
    new ProviderError("no", { provider: "ec2", scope: "test", reason: "forbidden" }, { calls: 2 }),
  );

  const outcome = await sync(catalogue, backend, refused, {}, providerOf([IMAGES]));

  expect(outcome).toMatchObject({ outcome: "complete", listed: 10 });
  expect(lastRunOf(catalogue, backend)).toMatchObject({ upstreamCalls: 2 + 1 });
});

test("says of a source that several backends show only that it was refused, not to whom", async () => {
  using catalogue = openTemporaryCatalogue();
  const shared = [{ key: "ec2 test public", scope: "public" as const }];
  const backend = await seedBackend(catalogue, "test", shared);
  const about = { provider: "ec2", scope: "test", reason: "forbidden" } as const;
  const refused = providerOf([], new ProviderError("account 111111111111 may not", about));
  await sync(catalogue, backend, refused);
  expect(lastRunOf(catalogue, backend)).toMatchObject({ error: expect.stringContaining("111111111111") });
  await seedBackend(catalogue, "other", shared);

  await sync(catalogue, backend, refused);

  expect(lastRunOf(catalogue, backend)).toMatchObject({
    code: "forbidden",
    error: "ec2 test public: a backend that shows it has no permission to list it",
  });
});

test("stops when told to, and keeps what was", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const stop = new AbortController();
  const provider: ImageProvider = {
    ...providerOf([]),
    async *listImages() {
      yield { images: IMAGES, rejected: [], calls: 1 };
      stop.abort(new Error("the process is stopping"));
    },
  };

  const outcome = await sync(catalogue, backend, provider, { signal: stop.signal });

  expect(outcome).toEqual({
    outcome: "failed",
    code: "interrupted",
    reason: "ec2 test public: the process is stopping",
  });
  expect(sourceOf(catalogue, backend).imageCount).toBe(0);
});

interface Extra {
  readonly acceptShrink?: boolean;
  readonly signal?: AbortSignal;
  readonly kind?: RunKind;
}

async function sync(
  catalogue: Catalogue,
  backend: Backend,
  provider: ImageProvider,
  { acceptShrink = false, signal = new AbortController().signal, kind = "full" }: Extra = {},
  ...more: ImageProvider[]
): Promise<SyncOutcome> {
  const source = sourceOf(catalogue, backend);
  return syncSource({
    recordOf: createLocalRecord,
    file: catalogue.file,
    runId: insertRun(catalogue, source.id, NOW, kind),
    kind,
    sourceId: source.id,
    providers: [provider, ...more],
    limits: { maxShrink: 0.2, acceptShrink },
    signal,
    now: () => NOW,
    log: createLog("silent"),
  });
}

/** A cloud that lists these pages, each with one unreadable item, and then fails if it shall. */
function providerOf(pages: readonly (readonly MachineImage[])[], failure?: Error): ImageProvider {
  return {
    name: "ec2",
    sources: [{ key: KEY, scope: "public" }],
    async *listImages() {
      for (const images of pages) yield { images, rejected: [{ id: "ami-odd", reason: "odd", item: {} }], calls: 1 };
      if (failure) throw failure;
    },
  };
}

function throttled(): ProviderError {
  return new ProviderError("still throttled", { provider: "ec2", scope: "test", reason: "throttled" }, { calls: 5 });
}

function sourceOf(catalogue: Catalogue, backend: Backend): Source {
  const [source] = sourcesOf(catalogue, backend.id);
  if (!source) throw new Error("the backend has no source");
  return source;
}

function lastRunOf(catalogue: Catalogue, backend: Backend): unknown {
  return listRuns(catalogue, [sourceOf(catalogue, backend).id], 1)[0];
}

/** All that a sync could touch, as another process would read it. */
function dump({ file }: Catalogue): unknown {
  using reader = openCatalogue(file);
  const tables = ["images", "families", "sources", "search_segments", "search_pages"];
  return tables.map((table) => reader.sqlite.prepare(`SELECT * FROM ${table}`).all());
}
