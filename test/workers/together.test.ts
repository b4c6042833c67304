import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { createWorkplace, type Workplace } from "../cli/run-imagedex.ts";
import { type Lane, type LaneAnswer, startTogether, type Together } from "./start-together.ts";

const ADMIN = { authorization: "Bearer admin-token-of-the-tests" };
const READER = { authorization: "Bearer read-token-of-the-tests" };
const TOKENS = "admin:admin-token-of-the-tests read:read-token-of-the-tests";
/** As one server has them. */
const LISTENERS_PER_TOKEN = 25;

async function seed({ database }: Workplace): Promise<void> {
  using catalogue = openCatalogue(database);
  const backend = await seedBackend(catalogue, "one");
  commitImages(
    catalogue,
    backend,
    Array.from({ length: 300 }, (_, n) => image(`ami-${n}`, { name: `ubuntu ${n}` })),
  );
}

describe("two workers without tokens", () => {
  let place: Workplace;
  let server: Together;
  let lanes: readonly Lane[];
  beforeAll(async () => {
    place = createWorkplace();
    await seed(place);
    server = await startTogether(place);
    lanes = await server.lanes();
  });
  afterAll(async () => {
    for (const lane of lanes) lane[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    place[Symbol.dispose]();
  });
  const each = (path: string): Promise<LaneAnswer[]> => Promise.all(lanes.map((lane) => lane.ask(path)));

  test("both answer, and a process beside them only leads", () => {
    expect(new Set(lanes.map(({ worker }) => worker))).toEqual(new Set(server.workers()));
    expect(server.workers()).toHaveLength(2);
  });

  test.each([
    "/backends/one/images?search_term=ubuntu&limit=20",
    "/backends/one/images",
    "/backends",
    "/backends/one/facets",
  ])("%s is the same from each, ETag included", async (path) => {
    const [one, two] = await each(path);

    expect(one?.status).toBe(200);
    expect(two?.text).toBe(one?.text);
    expect(two?.headers.etag).toBe(one?.headers.etag);
  });

  test("what one starred is starred at the other at once, and both ETags move to the same", async () => {
    const path = "/backends/one/images?search_term=ubuntu&limit=5";
    const [before] = await each(path);
    await lanes[0]?.ask("/backends/one/images/ami-7", { method: "POST" });

    const [one, two] = await each(path);

    expect(JSON.parse(two?.text ?? "")[0]).toMatchObject({ star: true, id: "ami-7" });
    expect(two?.text).toBe(one?.text);
    expect(two?.headers.etag).toBe(one?.headers.etag);
    expect(two?.headers.etag).not.toBe(before?.headers.etag);
  });

  test("what one sets, the other knows at once", async () => {
    const settings = { id: "two", provider: "simplestreams", apiurl: "http://127.0.0.1:9/", enabled: false };
    const made = await lanes[1]?.ask("/backends", { method: "POST", body: settings });
    const [seen] = await each("/backends/two");

    expect(made?.status).toBe(201);
    expect(JSON.parse(seen?.text ?? "")).toMatchObject({ id: "two", state: "disabled" });
  });

  test("metrics tell of both, whichever is asked: requests are sums, processes have their number", async () => {
    const count = (text: string): number =>
      Number(/^imagedex_http_request_duration_seconds_count\{.*route="\/providers".*\} (\d+)$/m.exec(text)?.[1] ?? 0);
    for (let n = 0; n < 3; n++) await each("/providers");

    const answers = await each("/metrics");

    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(count(text)).toBe(6);
      const of = [...text.matchAll(/^process_resident_memory_bytes\{worker="(\d)"\} \d+/gm)].map(
        ([, number]) => number,
      );
      expect(of).toEqual(["1", "2"]);
      expect(text.match(/^imagedex_catalogue_images\{backend="one"\} 300$/gm)).toHaveLength(1);
      expect(text.match(/^# TYPE imagedex_syncs_total /gm)).toHaveLength(1);
      const types = text.match(/^# TYPE \S+/gm) ?? [];
      expect(types).toHaveLength(new Set(types).size);
    }
  });

  test("each is healthy and ready", async () => {
    for (const path of ["/healthz", "/readyz"])
      expect((await each(path)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("limits of two workers are those of one server", () => {
  test("requests a minute: exactly so many, over all connections", async () => {
    using place = createWorkplace();
    await seed(place);
    await using server = await startTogether(place, { env: { IMAGEDEX_TOKENS: TOKENS, IMAGEDEX_RATE_LIMIT: "20" } });
    const lanes = await server.lanes();

    const answers = await Promise.all(
      lanes.flatMap((lane) => Array.from({ length: 15 }, () => lane.ask("/backends", { headers: READER }))),
    );
    const last = await lanes[0]?.ask("/backends", { headers: READER });
    const other = await lanes[1]?.ask("/backends", { headers: ADMIN });
    for (const lane of lanes) lane[Symbol.dispose]();

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    expect(other?.status).toBe(200);
  });

  test("failed log-ins", async () => {
    using place = createWorkplace();
    await using server = await startTogether(place, { env: { IMAGEDEX_TOKENS: TOKENS } });
    const lanes = await server.lanes();

    const failed: (number | undefined)[] = [];
    for (let n = 0; n < 14; n++)
      failed.push((await lanes[n % 2]?.ask("/session", { method: "POST", body: { token: "wrong" } }))?.status);
    for (const lane of lanes) lane[Symbol.dispose]();

    expect(failed).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429, 429, 429]);
  });

  test("event streams of a token; those of a worker that dies make room", async () => {
    using place = createWorkplace();
    await seed(place);
    await using server = await startTogether(place, { env: { IMAGEDEX_TOKENS: TOKENS } });
    const streams = [];
    const statuses = [];
    for (let n = 0; n < LISTENERS_PER_TOKEN + 3; n++) {
      const lane = await server.openLane();
      const stream = await lane.open("/events", { headers: READER });
      statuses.push(stream.statusCode);
      stream.on("error", () => undefined);
      streams.push({ lane, stream });
    }
    const [, second = 0] = server.workers();
    const ended = streams.filter(({ lane, stream }) => lane.worker === second && stream.statusCode === 200).length;
    process.kill(second, "SIGKILL");
    await delay(200);
    const after = [];
    for (let n = 0; n < ended + 2; n++) {
      const lane = await server.openLane();
      after.push((await lane.open("/events", { headers: READER })).statusCode);
      streams.push({ lane });
    }
    for (const { lane } of streams) lane[Symbol.dispose]();

    expect(statuses.filter((status) => status === 200)).toHaveLength(LISTENERS_PER_TOKEN);
    expect(statuses.slice(LISTENERS_PER_TOKEN)).toEqual([429, 429, 429]);
    expect(ended).toBeGreaterThan(5);
    expect(after).toEqual([...Array.from({ length: ended }, () => 200), 429, 429]);
  });

  test("a token that one revokes is refused by the other at once, and so is a session that has ended", async () => {
    using place = createWorkplace();
    await seed(place);
    await using server = await startTogether(place, { env: { IMAGEDEX_TOKENS: TOKENS } });
    const lanes = await server.lanes();
    const [one, two] = lanes;
    const made = await place.runAlone(["tokens", "add", "--id", "passing", "--scope", "read"]);
    const token = /imagedex_\S+/.exec(made.stdout)?.[0] ?? "";
    const passing = { authorization: `Bearer ${token}` };
    const before = await Promise.all(lanes.map((lane) => lane.ask("/backends", { headers: passing })));
    const body = { token: "read-token-of-the-tests" };
    const cookies = (await one?.ask("/session", { method: "POST", body }))?.headers["set-cookie"] ?? [];
    const session = { cookie: cookies[0]?.split(";")[0] ?? "", "sec-fetch-site": "same-origin" };
    const inside = await two?.ask("/backends", { headers: session });

    await place.runAlone(["tokens", "remove", "passing"]);
    const revoked = await Promise.all(lanes.map((lane) => lane.ask("/backends", { headers: passing })));
    const left = await one?.ask("/session", { method: "DELETE", headers: session });
    const outside = await Promise.all(lanes.map((lane) => lane.ask("/backends", { headers: session })));
    // One that begins later knows of it, too.
    const [, second = 0] = server.workers();
    process.kill(second, "SIGKILL");
    const [anew] = await lanesAfter(server, second);
    const later = await anew?.ask("/backends", { headers: session });
    for (const lane of [...lanes, ...(anew ? [anew] : [])]) lane[Symbol.dispose]();

    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    expect(inside?.status).toBe(200);
    expect(revoked.map(({ status }) => status)).toEqual([401, 401]);
    expect(left?.status).toBe(204);
    expect(outside.map(({ status }) => status)).toEqual([401, 401]);
    expect(later?.status).toBe(401);
  });
});

/** Connections to the workers that are younger than one that ended. */
async function lanesAfter(server: Together, ended: number): Promise<Lane[]> {
  const before = server.workers().filter((pid) => pid !== ended);
  for (;;) {
    await delay(50);
    const young = server.workers().filter((pid) => pid !== ended && !before.includes(pid));
    if (young.length === 0) continue;
    for (let tries = 0; tries < 40; tries++) {
      const lane = await server.openLane();
      if (young.includes(lane.worker)) return [lane];
      lane[Symbol.dispose]();
    }
  }
}
