import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, lastRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import { createSimplestreamsProvider } from "../../src/providers/simplestreams/provider.ts";
import { createListingMemory } from "../../src/sync/listing-memory.ts";
import { syncSource } from "../../src/sync/sync-source.ts";
import type { SyncOutcome } from "../../src/sync/sync-source-options.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "../http/start-server.ts";
import { ami, awsFile, type FakeStreams, ROOT, startFakeStreams } from "../fakes/simplestreams.ts";

const NOTHING = { added: 0, changed: 0, retired: 0, returned: 0 };

describe("a source whose cloud says that nothing changed", () => {
  test("is as fresh as a listing makes it, for one short answer a file", async () => {
    await using lab = await startLab();
    expect(await lab.sync()).toEqual({ ...NOTHING, outcome: "complete", listed: 2, added: 2 });
    const [first, asked] = [lab.source(), lab.streams.requests.length];

    const outcome = await lab.sync();

    expect(outcome).toEqual({ ...NOTHING, outcome: "complete", listed: 2 });
    expect(lab.lastRun()).toMatchObject({ state: "complete", listed: 2, upstreamCalls: 3 });
    expect(lab.source()).toMatchObject({ revision: first?.revision, imageCount: 2 });
    expect(lab.source()?.syncedAt).not.toBe(first?.syncedAt);
    const again = lab.streams.requests.slice(asked);
    expect(again.map(({ path }) => path.replace(`${ROOT}/streams/v1/`, ""))).toEqual([
      "index.json",
      "one.json",
      "two.json",
    ]);
    expect(again.filter(({ headers }) => headers["if-none-match"] === undefined)).toEqual([]);
  });

  test("is listed anew when one file is another, and after that again not", async () => {
    await using lab = await startLab();
    await lab.sync();
    lab.streams.files["streams/v1/two.json"] = awsFile({ c: ami(3) });

    expect(await lab.sync()).toEqual({ ...NOTHING, outcome: "complete", listed: 2, added: 1, retired: 1 });

    const asked = lab.streams.requests.length;
    expect(await lab.sync()).toEqual({ ...NOTHING, outcome: "complete", listed: 2 });
    expect(lab.streams.requests).toHaveLength(asked + 3);
  });

  test("is listed anew when somebody else made another listing the catalogue", async () => {
    await using lab = await startLab();
    await lab.sync();
    commitImages(lab.catalogue, lab.backend, [image("ami-other")], { now: "2026-11-09T00:00:00.000Z" });

    expect(await lab.sync()).toEqual({ ...NOTHING, outcome: "complete", listed: 2, retired: 1, returned: 2 });
  });

  test("is listed each time where files have no ETag", async () => {
    await using lab = await startLab();
    lab.streams.hasETags = false;
    await lab.sync();
    await lab.sync();

    expect(lab.streams.requests).toHaveLength(6);
    expect(lab.streams.requests.filter(({ headers }) => "if-none-match" in headers)).toEqual([]);
  });

  test("keeps its age when the cloud cannot be asked", async () => {
    await using lab = await startLab();
    await lab.sync();
    const before = lab.source();
    lab.streams.intercept = () => ({ status: 403, json: {} });

    expect(await lab.sync()).toMatchObject({ outcome: "failed" });

    expect(lab.source()).toEqual(before);
  });
});

test("a server asks whether anything changed, from its second sync of a source on", async () => {
  await using streams = await startFakeStreams();
  streams.hasETags = true;
  streams.publish("one", awsFile({ a: ami(1) }));
  await using server = await startServer();
  const body = JSON.stringify({ id: "ubuntu", provider: "simplestreams", apiurl: streams.url + ROOT });
  const finish = async (): Promise<void> => {
    const { json: runs } = await server.ask("/backends/ubuntu/sync", { method: "POST" });
    await Promise.all(runs.map(({ id }: { id: number }) => server.app.sync.finished(id)));
  };

  await server.ask("/backends", { method: "POST", body });
  await finish();
  const asked = streams.requests.length;
  await finish();

  const { json: runs } = await server.ask("/backends/ubuntu/syncs?limit=1");
  expect(runs).toMatchObject([{ state: "complete", listed: 1, added: 0, upstream_calls: 2 }]);
  expect(streams.requests.slice(asked).map(({ headers }) => headers["if-none-match"])).toEqual([
    expect.stringMatching(/^"/),
    expect.stringMatching(/^"/),
  ]);
});

interface Lab extends AsyncDisposable {
  readonly streams: FakeStreams;
  readonly catalogue: ReturnType<typeof openTemporaryCatalogue>;
  readonly backend: Awaited<ReturnType<typeof seedBackend>>;
  /** A day after the last one. */
  sync(): Promise<SyncOutcome>;
  source(): ReturnType<typeof sourcesOf>[number] | undefined;
  lastRun(): unknown;
}

/** A process that syncs a server of two files, with an AMI each. */
async function startLab(): Promise<Lab> {
  const streams = await startFakeStreams();
  streams.hasETags = true;
  streams.publish("one", awsFile({ a: ami(1) }));
  streams.publish("two", awsFile({ b: ami(2) }));
  const provider = createSimplestreamsProvider(
    { apiurl: streams.url + ROOT },
    { allowLinkLocal: false },
    { sleep: async () => {} },
  );
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "lab", [...provider.sources], "simplestreams");
  const memory = createListingMemory();
  let day = 1;
  const source = (): ReturnType<typeof sourcesOf>[number] | undefined => sourcesOf(catalogue, backend.id)[0];
  return {
    streams,
    catalogue,
    backend,
    source,
    lastRun: () => lastRun(catalogue, source()?.id ?? 0),
    sync() {
      const now = `2026-11-0${day++}T12:00:00.000Z`;
      using connection = openCatalogue(catalogue.file);
      const sourceId = source()?.id ?? 0;
      return syncSource({
        recordOf: createLocalRecord,
        file: catalogue.file,
        runId: insertRun(connection, sourceId, now),
        sourceId,
        providers: [provider],
        limits: { maxShrink: 0.9, acceptShrink: true },
        memory,
        signal: new AbortController().signal,
        now: () => now,
        log: createLog("silent"),
      });
    },
    async [Symbol.asyncDispose]() {
      catalogue[Symbol.dispose]();
      await streams[Symbol.asyncDispose]();
    },
  };
}
