import { afterEach, expect, test } from "vitest";
import { type Run, runsWithIds } from "../../src/record/runs.ts";
import type { ListingBounds } from "../../src/sync/listing-places.ts";
import { distributionImage, startFakeDigitalocean, TOKEN as OCEAN_TOKEN } from "../fakes/digitalocean.ts";
import { ami, type FakeEc2Reply, startFakeEc2 } from "../fakes/ec2.ts";
import { snapshotImage, startFakeHetzner, systemImage, TOKEN } from "../fakes/hetzner.ts";
import { type JsonServer, startJsonServer } from "../fakes/json-server.ts";
import { startServer, type TestServer } from "../http/start-server.ts";

/** Clouds that take the connection and never answer, beside others that do. */

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

test("two clouds that hang keep a third of their kind waiting for seconds at most", async () => {
  const server = await openServer();
  const healthy = keep(await startFakeHetzner());
  healthy.images = [systemImage(1), snapshotImage(2)];
  const hanging = [];
  for (const id of ["hang-1", "hang-2"]) hanging.push(...(await add(server, hetzner(id, (await hang()).url))));

  const runs = await ends(server, await add(server, hetzner("third", healthy.url)));

  expect(runs.map(({ state }) => state)).toEqual(["complete", "complete"]);
  expect(stateOf(server, hanging)).toEqual(["running", "running", "running", "running"]);
});

test("nor do twenty, and a cloud of another kind does not wait at all", async () => {
  const server = await openServer();
  const healthy = keep(await startFakeHetzner());
  healthy.images = [systemImage(1), snapshotImage(2)];
  const ocean = keep(await startFakeDigitalocean());
  ocean.images = [distributionImage(1)];
  const { url } = await hang();
  for (let n = 1; n <= 20; n++) await add(server, hetzner(`hang-${n}`, `${url}/${n}`));

  const slow = await add(server, hetzner("same-kind", healthy.url));
  const quick = { id: "other-kind", provider: "digitalocean", apisecret: OCEAN_TOKEN, apiurl: ocean.url };
  await ends(server, await add(server, quick));

  expect(stateOf(server, slow)).toEqual(["queued", "queued"]);
  expect((await ends(server, slow)).map(({ state }) => state)).toEqual(["complete", "complete"]);
});

test("a cloud that never answers ends its run with the reason", async () => {
  const server = await openServer({ silentMs: 600 });

  const runs = await ends(server, await add(server, hetzner("hang", (await hang()).url)));

  expect(runs).toHaveLength(2);
  for (const run of runs) {
    expect(run).toMatchObject({ state: "failed", code: "timeout" });
    expect(run.error).toMatch(/no answer from the cloud for 0.01 minutes/);
  }
});

test("a cloud that answers slowly is listed to its end", async () => {
  // Nine pages take longer than any of them may; on a busy machine each takes seconds longer than the cloud thinks.
  const server = await openServer({ silentMs: 20_000, firstImageMs: 1, nextImageMs: 1 });
  const cloud = keep(await startFakeEc2());
  cloud.images = Array.from({ length: 18 }, (_, n) => ami(n + 1));
  cloud.owned = [ami(100)];
  cloud.thinksMs = 2_500;

  const runs = await ends(server, await add(server, { id: "slow", ...EC2, apiurl: cloud.url }));

  expect(runs.map(({ state }) => state)).toEqual(["complete", "complete"]);
  expect(runs.map(({ listed }) => listed).toSorted((a, b) => a - b)).toEqual([1, 18]);
});

test("endless empty pages end, and hold up nobody meanwhile", async () => {
  const server = await openServer();
  const cloud = keep(await startFakeEc2());
  const healthy = keep(await startFakeEc2());
  healthy.images = healthy.owned = [ami(1)];
  cloud.intercept = () => emptyPage(cloud.requests.length);
  const endless = await add(server, { id: "endless", ...EC2, apiurl: cloud.url });

  await ends(server, await add(server, { id: "healthy", ...EC2, apiurl: healthy.url }));

  expect(stateOf(server, endless)).toContain("running");
  for (const run of await ends(server, endless)) {
    expect(run).toMatchObject({ state: "failed", code: "invalid-answer", upstreamCalls: 2000 });
    expect(run.error).toMatch(/2000 pages in a row brought no new image/);
  }
});

const EC2 = { provider: "ec2", region: "eu-west-1", apikey: "AKIADEMODEMODEMODEMO", apisecret: "demo-secret-key" };

function emptyPage(number: number): FakeEc2Reply {
  return {
    body: `<DescribeImagesResponse><requestId>r-1</requestId><imagesSet/><nextToken>${number}</nextToken></DescribeImagesResponse>`,
  };
}

function keep<T extends AsyncDisposable>(one: T): T {
  open.push(one);
  return one;
}

async function openServer(listings: Partial<ListingBounds> = {}): Promise<TestServer> {
  return keep(await startServer({}, { listings }));
}

async function hang(): Promise<JsonServer> {
  return keep(await startJsonServer(() => ({ hang: true })));
}

function hetzner(id: string, apiurl: string): Record<string, string> {
  return { id, provider: "hetzner", apisecret: TOKEN, apiurl };
}

/** Adds a backend; the runs of its first listing. */
async function add(server: TestServer, fields: Record<string, string>): Promise<Run[]> {
  const added = await server.ask("/backends", { method: "POST", body: JSON.stringify(fields) });
  expect(added.status, added.text).toBe(201);
  return runsOf(server, fields["id"] ?? "");
}

async function runsOf(server: TestServer, id: string): Promise<Run[]> {
  return (await server.ask(`/backends/${id}/sync`, { method: "POST" })).json;
}

async function ends(server: TestServer, runs: readonly Run[]): Promise<Run[]> {
  for (const { id } of runs) await server.app.sync.finished(id);
  return stored(server, runs);
}

function stateOf(server: TestServer, runs: readonly Run[]): (string | undefined)[] {
  return stored(server, runs).map(({ state }) => state);
}

function stored({ app }: TestServer, runs: readonly Run[]): Run[] {
  const ids = runs.map(({ id }) => id);
  return runsWithIds(app.catalogue, ids);
}
