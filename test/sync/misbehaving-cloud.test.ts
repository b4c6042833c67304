import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoCatalogue as Region, createCatalogue } from "../../src/demo/generate/catalogue.ts";
import { type Ec2Endpoint, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { type FaultPlan, type Misbehaviour, overTheLimit } from "../../src/demo/ec2/faults.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";
import type { AppTuning } from "../../src/app.ts";
import { startServer, type TestServer } from "../http/start-server.ts";

/*
 * The whole of it, from the cloud's misbehaviour to what a user is told: the server, its sync thread and the AWS SDK
 * against a local EC2 that goes wrong as planned.
 */

const REGION = "eu-west-1";
const KEY = { id: "AKIADEMODEMODEMODEMO", secret: "demo-secret-key", account: "111122223333" };
const PUBLIC = 60;
/** Filtered from pages that are cut already: some come empty. */
const KERNELS = 25;
const OWN = 6;
const PAGE = 10;
const PATIENCE = { maxAttempts: 3, idleTimeout: 1_500, maxPages: 40 };
/** When the schedule of the tests has its turn. */
const NEXT_YEAR = `${new Date().getUTCFullYear() + 1}-01-01T00:00:00.000Z`;
const PUBLIC_SOURCE = /^ec2 eu-west-1 public http/;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
});

describe("a listing that goes wrong changes nothing, says why and when it is tried again, and the next one heals it:", () => {
  const always = (kind: Misbehaviour["kind"]): FaultPlan => onPublicPages(() => fault(kind));
  const from = (page: number, kind: Misbehaviour["kind"]): FaultPlan =>
    onPublicPages((number) => (number >= page ? fault(kind) : undefined));
  const LOST_PERMISSION = from(2, "unauthorized");

  test.each<[string, FaultPlan, "failed" | "refused", RegExp]>([
    [
      "throttling",
      always("throttle"),
      "failed",
      /^ec2 eu-west-1: still throttled after 3 attempts \(RequestLimitExceeded\)$/,
    ],
    ["throttling from the fourth page on", from(4, "throttle"), "failed", /^ec2 eu-west-1: still throttled/],
    [
      "internal errors",
      from(5, "internal-error"),
      "failed",
      /^ec2 eu-west-1: the service failed \(InternalError, HTTP 500\)/,
    ],
    [
      "resets",
      from(3, "reset"),
      "failed",
      /^ec2 eu-west-1: cannot reach 127\.0\.0\.1:\d+ \(the connection broke, ECONNRESET\)$/,
    ],
    [
      "answers cut in the middle",
      from(2, "cut"),
      "failed",
      /^ec2 eu-west-1: cannot reach 127\.0\.0\.1:\d+ \(the connection broke, ECONNRESET\)$/,
    ],
    [
      "invalid XML",
      from(6, "invalid-xml"),
      "failed",
      /^ec2 eu-west-1: answered HTTP 200 with something that is not EC2's XML/,
    ],
    ["a proxy's error page", from(2, "html-error"), "failed", /^ec2 eu-west-1: answered HTTP 502 /],
    [
      "a portal's page",
      from(1, "html-answer"),
      "failed",
      /^ec2 eu-west-1: answered HTTP 200 with something that is not EC2's XML/,
    ],
    [
      "a page token that expires each time",
      from(3, "expired-token"),
      "failed",
      /^ec2 eu-west-1: the page token expired 4 times/,
    ],
    [
      "a page that names itself as the next",
      from(3, "repeat-page"),
      "failed",
      /^ec2 eu-west-1: a page names an earlier page/,
    ],
    ["tokens without end", always("endless"), "failed", /^ec2 eu-west-1: more than 40 pages/],
    [
      "an empty listing",
      always("empty-listing"),
      "refused",
      /^ec2 eu-west-1 public http.*: the listing has 0 images .*\(100 % fewer/,
    ],
    [
      "half a listing",
      from(3, "short-listing"),
      "refused",
      /^ec2 eu-west-1 public http.*: the listing has \d+ images .*\(5\d % fewer/,
    ],
    [
      "a lost permission",
      LOST_PERMISSION,
      "failed",
      /^ec2 eu-west-1: listing refused \(UnauthorizedOperation\); needs ec2:DescribeImages$/,
    ],
    [
      "answers that do not come",
      onPublicPages((page) => (page > 2 ? { kind: "delay", ms: 4_000 } : undefined)),
      "failed",
      /^ec2 eu-west-1: cannot reach .* \(no answer in time\)$/,
    ],
  ])("%s", async (_, plan, state, error) => {
    const before = await cloud.healthy();
    cloud.change();
    cloud.endpoint.misbehave(plan);

    const whileListing = cloud.ask();
    const runs = await cloud.sync();
    const after = await cloud.ask();

    const failed = runs.find(({ source }) => PUBLIC_SOURCE.test(source));
    expect(failed).toMatchObject({ state, error: expect.stringMatching(error) });
    expect((await whileListing).text).toBe(before.text);
    expect(after.text).toBe(before.text);
    expect(after.headers["x-catalogue-state"]).toBe("stale");
    expect(String(after.headers["x-catalogue-synced-at"]) < String(failed?.started_at)).toBe(true);
    const inAMinute = new Date(Date.parse(failed?.finished_at ?? "") + 60_000).toISOString();
    // Who was refused is not asked again before the schedule has its turn: that may lock an account.
    const nextTry = plan === LOST_PERMISSION ? NEXT_YEAR : inAMinute;
    expect(failed?.next_try).toEqual(nextTry);
    expect(await cloud.backend()).toMatchObject({ state: "stale", next_try: nextTry });
    await cloud.expectHealed();
  });
});

describe("a listing gets over", () => {
  const once = (page: number, misbehaviour: Misbehaviour): FaultPlan =>
    onPublicPages((number) => (number === page ? misbehaviour : undefined));

  test.each<[string, FaultPlan]>([
    ["a throttled page that says when to come back", once(3, { kind: "throttle", retryAfter: 1 })],
    ["a limit on requests", overTheLimit(4, 20)],
    ["an internal error", once(2, { kind: "internal-error" })],
    ["a reset", once(4, { kind: "reset" })],
    ["an answer cut in the middle", once(5, { kind: "cut" })],
    ["a page token that expires half way", once(4, { kind: "expired-token" })],
    [
      "a page token that expires three times",
      onPublicPages((n) => ([3, 5, 8].includes(n) ? { kind: "expired-token" } : undefined)),
    ],
    ["images that come again on a later page", onPublicPages(() => ({ kind: "repeat-images" }))],
    ["an empty page before the others", onPublicPages((n) => (n === 1 ? { kind: "empty-page" } : undefined))],
    [
      "a setting that cannot be read",
      ({ action }) => (action === "DescribeImages" ? undefined : { kind: "unauthorized" }),
    ],
  ])("%s", async (_, plan) => {
    await cloud.healthy();
    cloud.change();
    cloud.endpoint.misbehave(plan);

    const runs = await cloud.sync();

    expect(runs.map(({ state, error }) => ({ state, error }))).toEqual([DONE, DONE]);
    await cloud.expectWhole();
  });
});

describe("of two sources", () => {
  test("the one that may not be listed keeps what it had, the other one is brought up to date", async () => {
    await cloud.healthy();
    cloud.change();
    cloud.endpoint.misbehave(({ params }) =>
      [params.get("Owner.1"), params.get("ExecutableBy.1")].includes("self") ? { kind: "unauthorized" } : undefined,
    );

    const runs = await cloud.sync();
    const after = await cloud.ask();

    const [own, everybodys] = [
      runs.find(({ source }) => /^ec2 \S+ own /.test(source)),
      runs.find(({ source }) => PUBLIC_SOURCE.test(source)),
    ];
    expect(own).toMatchObject({ state: "failed", error: expect.stringContaining("UnauthorizedOperation") });
    expect(everybodys).toMatchObject({ state: "complete", error: null });
    expect(after.ids.toSorted()).toEqual(cloud.truth());
    expect(after.headers["x-catalogue-state"]).toBe("stale");
    expect(own?.next_try).toMatch(/-01-01T/);
    expect(everybodys?.next_try).toMatch(/-01-01T/);
    await cloud.expectHealed();
  });
});

test("a backend whose first listing fails answers 503 with the reason, and is not listed again by being asked", async () => {
  await using fresh = await startCloud({ plan: () => ({ kind: "unauthorized" }) });
  const asked = fresh.endpoint.requests.length;

  const answers = [await fresh.ask(), await fresh.ask(), await fresh.ask()];

  for (const { status, json, headers } of answers) {
    expect(status).toBe(503);
    expect(json.detail).toMatch(/not listed yet; the last sync failed: ec2 eu-west-1: listing refused/);
    expect(Number(headers["retry-after"])).toBeGreaterThan(30);
    expect(Date.parse(json.next_try)).toBeGreaterThan(Date.now());
  }
  expect(fresh.endpoint.requests).toHaveLength(asked);
  await fresh.expectHealed();
});

test("a listing that takes longer than its deadline is given up", async () => {
  // No page is waited for in vain for so long: only the deadline ends the listing.
  const patience = { ...PATIENCE, idleTimeout: 600_000 };
  await using slow = await startCloud({ deadlineMs: 24_000, patience });
  const before = await slow.healthy();
  slow.endpoint.misbehave(onPublicPages(() => ({ kind: "delay", ms: 600_000 })));

  const runs = await slow.sync();

  expect(runs.find(({ source }) => PUBLIC_SOURCE.test(source))).toMatchObject({
    state: "failed",
    error: expect.stringMatching(/^ec2 eu-west-1 public http.*: not listed within 0.4 minutes$/),
  });
  expect((await slow.ask()).text).toBe(before.text);
  await slow.expectHealed();
});

test("an account whose Allowed AMIs setting hides images is warned, and its catalogue is not cut unasked", async () => {
  const before = await cloud.healthy();
  cloud.endpoint.allowImages({ state: "enabled", providers: ["amazon"] });

  const runs = await cloud.sync();
  const refused = await cloud.ask();
  cloud.endpoint.allowImages({ state: "audit-mode", providers: ["amazon"] });
  const audited = await cloud.sync();
  cloud.endpoint.allowImages({ state: "disabled", providers: [] });

  const warning = expect.stringMatching(/Allowed AMIs setting is enabled.*it allows amazon/);
  expect(runs.find(({ source }) => PUBLIC_SOURCE.test(source))).toMatchObject({ state: "refused", warning });
  expect(refused.text).toBe(before.text);
  expect(audited.map(({ state, warning: none }) => [state, none])).toEqual([
    ["complete", null],
    ["complete", null],
  ]);
  await cloud.expectHealed();
});

test("a backend says what its last complete listing was warned of, until it is not", async () => {
  await using cut = await startCloud({ allowed: "enabled" });

  const warned = await cut.backend();
  cut.endpoint.allowImages({ state: "disabled", providers: [] });
  await cut.sync();
  const afterwards = await cut.backend();

  expect(warned).toMatchObject({ state: "complete", warning: expect.stringContaining("Allowed AMIs") });
  expect(afterwards).toMatchObject({ state: "complete", warning: null });
});

const DONE = { state: "complete", error: null };

interface Run {
  readonly id: number;
  readonly source: string;
  readonly state: string;
  readonly error: string | null;
  readonly warning: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly next_try: string | null;
}

type Images = Awaited<ReturnType<TestServer["ask"]>> & { readonly ids: string[] };

/** A local EC2, a server that shows it as its backend `cloud`, and what both say. */
interface Cloud extends AsyncDisposable {
  readonly endpoint: Ec2Endpoint;
  /** Ids of what the account sees, sorted. */
  truth(): string[];
  /** Removes a public image and adds one. */
  change(): void;
  /** The whole list. */
  ask(): Promise<Images>;
  backend(): Promise<unknown>;
  /** Syncs both sources to their end; their runs as the server tells them. */
  sync(): Promise<Run[]>;
  /** The whole list after a good sync. */
  healthy(): Promise<Images>;
  /** Expects that the server shows what the cloud has. */
  expectWhole(): Promise<void>;
  /** Expects that a sync without faults shows what the cloud has. */
  expectHealed(): Promise<void>;
}

interface Setup extends AppTuning {
  readonly plan?: FaultPlan;
  readonly allowed?: "enabled";
}

async function startCloud({ plan, allowed, ...tuning }: Setup = {}): Promise<Cloud> {
  const accounts = [{ id: KEY.account, owned: OWN - 2, shared: 2 }];
  const region = createCatalogue(
    createGeneratedRegion({ count: PUBLIC, kernels: KERNELS, seed: 1, region: REGION, accounts }),
  );
  const endpoint = await startEc2Endpoint({ catalogues: [region], accessKeys: [KEY], mostResults: PAGE });
  endpoint.misbehave(plan);
  if (allowed) endpoint.allowImages({ state: allowed, providers: ["amazon"] });
  const server = await startServer({}, { patience: PATIENCE, ...tuning });
  const fields = {
    id: "cloud",
    provider: "ec2",
    region: REGION,
    apiurl: endpoint.url,
    apikey: KEY.id,
    apisecret: KEY.secret,
  };
  await server.ask("/backends", { method: "POST", body: JSON.stringify(fields) });
  let changes = 0;
  const cloud: Cloud = {
    endpoint,
    truth: () => visibleIds(region).toSorted(),
    change: () => changeOne(region, changes++),
    async ask() {
      const answer = await server.ask("/backends/cloud/images");
      const entries: { id: string }[] = answer.status === 200 ? answer.json : [];
      return { ...answer, ids: entries.map(({ id }) => id) };
    },
    backend: async () => (await server.ask("/backends/cloud")).json,
    async sync() {
      const { json: started } = await server.ask("/backends/cloud/sync", { method: "POST" });
      await endOf(server, started);
      const { json: runs } = await server.ask("/backends/cloud/syncs?limit=2");
      return runs;
    },
    async healthy() {
      await cloud.expectHealed();
      return cloud.ask();
    },
    async expectWhole() {
      const { ids, headers } = await cloud.ask();
      expect(ids.toSorted()).toEqual(cloud.truth());
      expect(headers["x-catalogue-state"]).toBe("complete");
      expect(await cloud.backend()).toMatchObject({ state: "complete", next_try: expect.stringMatching(/-01-01T/) });
    },
    async expectHealed() {
      endpoint.misbehave();
      expect((await cloud.sync()).map(({ state, error }) => ({ state, error }))).toEqual([DONE, DONE]);
      await cloud.expectWhole();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await endpoint[Symbol.asyncDispose]();
    },
  };
  await endOf(server, (await server.ask("/backends/cloud/sync", { method: "POST" })).json);
  return cloud;
}

async function endOf({ app }: TestServer, runs: readonly Run[]): Promise<void> {
  for (const { id } of runs) await app.sync.finished(id);
}

function visibleIds(region: Region): string[] {
  const entries = Array.from({ length: region.size }, (_, position) => region.entryAt(position));
  return entries.flatMap((entry) => (entry?.image.ImageType === "machine" ? [entry.image.ImageId] : []));
}

function changeOne(region: Region, change: number): void {
  const image = region.entryAt(change)?.image;
  if (!image) throw new Error("no image is left to change");
  region.remove(image.ImageId);
  region.add({ ...image, ImageId: `ami-0${String(change).padStart(16, "0")}` });
}

/** Misbehaves on the public listing's requests, which are numbered from 1. */
function onPublicPages(misbehaviour: (page: number) => Misbehaviour | undefined): FaultPlan {
  let page = 0;
  return ({ params }) => (params.get("ExecutableBy.1") === "all" ? misbehaviour(++page) : undefined);
}

function fault(kind: Misbehaviour["kind"]): Misbehaviour {
  return kind === "delay" ? { kind, ms: 1 } : { kind };
}
