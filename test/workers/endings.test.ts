import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createCatalogue } from "../../src/demo/generate/catalogue.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";
import { type Ec2Endpoint, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { createWorkplace, listeningUrl, type Workplace } from "../cli/run-imagedex.ts";
import { PROGRAM } from "../program.ts";
import { isAlive, type Lane, startTogether } from "./start-together.ts";
import { until } from "../until.ts";

const KEY = { id: "AKIADEMODEMODEMODEMO", secret: "demo-secret-key", account: "111122223333" };
const REGION = "eu-west-1";
const COUNT = 600;
const PAGE = 100;

interface ShownRun {
  readonly id: number;
  readonly state: string;
  readonly code: string | null;
  readonly listed: number;
}

describe("a sync in the first of two workers", () => {
  let endpoint: Ec2Endpoint;
  beforeAll(async () => {
    const region = createCatalogue(createGeneratedRegion({ count: COUNT, seed: 1, region: REGION, accounts: [] }));
    endpoint = await startEc2Endpoint({ catalogues: [region], accessKeys: [KEY], mostResults: PAGE });
  });
  afterAll(() => endpoint[Symbol.asyncDispose]());

  const add = async (lane: Lane | undefined): Promise<void> => {
    const cloud = { id: "cloud", provider: "ec2", region: REGION, apiurl: endpoint.url };
    const keys = { apikey: KEY.id, apisecret: KEY.secret };
    const answer = await lane?.ask("/backends", { method: "POST", body: { ...cloud, ...keys } });
    expect(answer?.status).toBe(201);
  };
  const runs = async (lane: Lane | undefined): Promise<ShownRun[]> =>
    JSON.parse((await lane?.ask("/backends/cloud/syncs"))?.text ?? "[]");
  const isOver = async (lane: Lane | undefined): Promise<boolean> => {
    const all = await runs(lane);
    return all.length > 0 && all.every(({ state }) => state !== "queued" && state !== "running");
  };

  test("starts from either, is shown by both, and both tell who listens how it goes on", async () => {
    using place = createWorkplace();
    await using server = await startTogether(place);
    const lanes = await server.lanes();
    const streams = await Promise.all([server.openLane(), server.openLane()]);
    const heard = ["", ""];
    for (const [at, lane] of streams.entries())
      (await lane.open("/events")).on("data", (chunk) => (heard[at] += String(chunk))).on("error", () => undefined);
    endpoint.misbehave(() => ({ kind: "delay", ms: 100 }));

    // The second worker starts the first sync, the first one the next.
    await add(lanes[1]);
    await until("the end of the first sync", () => isOver(lanes[0]));
    const started = await lanes[0]?.ask("/backends/cloud/sync", { method: "POST" });
    await until("the end of the sync", () => isOver(lanes[1]));
    const again = await lanes[1]?.ask("/backends/cloud/sync", { method: "POST" });
    const joined = await lanes[0]?.ask("/backends/cloud/sync", { method: "POST" });
    await until("the end of the sync", () => isOver(lanes[1]));
    const [one, two] = await Promise.all([runs(lanes[0]), runs(lanes[1])]);
    await until("news of each end", () =>
      heard.every((said) => (said.match(/^event: end$/gm) ?? []).length >= one.length),
    );
    endpoint.misbehave();
    const metrics = await lanes[1]?.ask("/metrics");
    for (const lane of [...lanes, ...streams]) lane[Symbol.dispose]();

    expect(new Set(streams.map(({ worker }) => worker)).size).toBe(2);
    expect([started?.status, again?.status, joined?.status]).toEqual([202, 202, 200]);
    expect(JSON.parse(joined?.text ?? "")).toEqual(JSON.parse(again?.text ?? ""));
    expect(one.map(({ state }) => state)).toEqual(one.map(() => "complete"));
    expect(two).toEqual(one);
    // Between two pages: the row of a run says less.
    for (const said of heard) {
      expect(said).toMatch(/event: progress\ndata: .*"phase":"listing","listed":[1-9]/);
      expect(said).toContain('"phase":"committing"');
      expect(said).toContain("event: catalogue");
    }
    expect(metrics?.text).toMatch(/^imagedex_syncs_total\{.*kind="full",state="complete"\} 3$/m);
  });

  test("ends with its worker: the run is interrupted, another worker answers meanwhile, and the next one works", async () => {
    using place = createWorkplace();
    await using server = await startTogether(place);
    const [one, two] = await server.lanes();
    const [first = 0] = server.workers();
    endpoint.misbehave(() => ({ kind: "delay", ms: 300 }));
    await add(two);
    await until("a running sync", async () => (await runs(two)).some(({ state }) => state === "running"));

    process.kill(first, "SIGKILL");
    const meanwhile = await two?.ask("/backends");
    // A sync can be started as soon as there is a worker that syncs.
    await until("an interrupted sync", async () => (await runs(two)).some(({ code }) => code === "interrupted"));
    endpoint.misbehave();
    await until(
      "a sync that is accepted",
      async () => ((await two?.ask("/backends/cloud/sync", { method: "POST" }))?.status ?? 503) < 300,
    );
    await until("the end of the sync", () => isOver(two));
    const ended = await runs(two);
    const images = await two?.ask("/backends/cloud/images?limit=1");
    for (const lane of [one, two]) lane?.[Symbol.dispose]();

    expect(meanwhile?.status).toBe(200);
    expect(ended[0]).toMatchObject({ state: "complete" });
    expect(ended.find(({ code }) => code === "interrupted")).toMatchObject({ state: "failed" });
    expect(images?.headers["x-total-count"]).toBe(String(COUNT));
    expect(server.workers()).toHaveLength(2);
  });
});

describe("a server of two workers", () => {
  test("loses the lists of a worker that is killed, and nothing else; its counts stay in the sums", async () => {
    using place = createWorkplace();
    await seedLarge(place);
    await using server = await startTogether(place);
    const [one, two] = await server.lanes();
    const [, second = 0] = server.workers();
    // Nobody reads it, so most of it is still with the worker when that is killed.
    const list = await two?.open("/backends/one/images");
    list?.on("error", () => undefined);
    const sumOf = async (): Promise<number> =>
      Number(
        /^imagedex_http_request_duration_seconds_count\{.*route="\/healthz".*\} (\d+)$/m.exec(
          (await one?.ask("/metrics"))?.text ?? "",
        )?.[1],
      );
    const before = await sumOf();

    process.kill(second, "SIGKILL");
    const other = await one?.ask("/backends/one/images");
    await until("another worker", () => !server.workers().includes(second) && server.workers().length === 2);
    const lanes = await server.lanes();
    const anew = await lanes.find(({ worker }) => worker !== one?.worker)?.ask("/backends/one/images?limit=1");
    const after = await sumOf();
    const cut =
      list &&
      (await text(list).then(
        () => "whole",
        () => "cut",
      ));
    for (const lane of [one, two, ...lanes]) lane?.[Symbol.dispose]();

    expect(cut).toBe("cut");
    expect(JSON.parse(other?.text ?? "")).toHaveLength(MANY);
    expect(anew?.status).toBe(200);
    expect(after).toBeGreaterThanOrEqual(before);
  });

  test("ends in order at SIGTERM, with clients connected: answers under way arrive, and no process stays", async () => {
    using place = createWorkplace();
    await seedLarge(place);
    await using server = await startTogether(place);
    const [one, two] = await server.lanes();
    const pids = server.workers();
    const stream = await one?.open("/events");
    stream?.resume().on("error", () => undefined);
    const list = await two?.open("/backends/one/images");

    const startedAt = performance.now();
    const ended = once(server.primary, "exit");
    server.primary.kill("SIGTERM");
    const body = list && (await text(list));
    for (const lane of [one, two]) lane?.[Symbol.dispose]();
    await ended;

    expect(server.primary.exitCode).toBe(0);
    // Less than the unit of systemd waits.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(JSON.parse(body ?? "")).toHaveLength(MANY);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("leaves no worker behind when the first process is killed", async () => {
    using place = createWorkplace();
    await using server = await startTogether(place, { args: ["--workers", "3"] });
    const pids = server.workers();

    server.primary.kill("SIGKILL");
    await until("the end of all processes", () => !pids.some(isAlive));

    expect(pids).toHaveLength(3);
  });

  test("ends with the process that started it, if that is wanted", async () => {
    using place = createWorkplace();
    const env = {
      PATH: process.env["PATH"],
      IMAGEDEX_DATABASE: place.database,
      IMAGEDEX_PORT: "0",
      IMAGEDEX_WORKERS: "2",
    };
    // As npm does: a shell that starts the server, and a signal that only the shell gets.
    const command = `"${process.execPath}" "${PROGRAM}" --end-with-parent serve; exit $?`;
    const shell = spawn("sh", ["-c", command], { env, stdio: ["ignore", "ignore", "pipe"] });
    const url = await listeningUrl(shell);

    shell.kill("SIGKILL");

    await until("the server to be gone", () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
  });

  test("starts a worker again each time that it is killed", async () => {
    using place = createWorkplace();
    await using server = await startTogether(place);
    const seen = new Set(server.workers());
    for (let n = 0; n < 4; n++) {
      const [, pid = 0] = server.workers();
      process.kill(pid, "SIGKILL");
      await until("another worker", () => server.workers().length === 2 && !server.workers().includes(pid));
      for (const worker of server.workers()) seen.add(worker);
    }
    expect(seen.size).toBe(6);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe("wrong use of --workers is refused in one sentence, with exit code 2", () => {
  test.each([
    [["serve", "--workers", "0"], {}, "imagedex: --workers 0: expected a number of processes from 1 to 64\n"],
    [["serve", "--workers", "two"], {}, "imagedex: --workers two: expected a number of processes from 1 to 64\n"],
    [["serve", "--workers", "65"], {}, "imagedex: --workers 65: expected a number of processes from 1 to 64\n"],
    [["serve"], { IMAGEDEX_WORKERS: "0" }, "imagedex: IMAGEDEX_WORKERS: expected a number of processes from 1 to 64\n"],
    [
      ["serve", "--workers", "2"],
      { IMAGEDEX_DATABASE: "postgres://imagedex@127.0.0.1:9/imagedex", IMAGEDEX_SECRET_KEY: "k".repeat(32) },
      "imagedex: --workers: a server whose record is PostgreSQL (IMAGEDEX_DATABASE=postgres://…) is one process; " +
        "start more nodes instead, each with an IMAGEDEX_REPLICA of its own\n",
    ],
    [
      ["serve", "--workers", "2"],
      { IMAGEDEX_HOST: "0.0.0.0" },
      "imagedex: IMAGEDEX_HOST: 0.0.0.0 is not a loopback address; make a token first (imagedex tokens add, or IMAGEDEX_TOKENS)\n",
    ],
  ])("%j with %j", async (args, env, said) => {
    using place = createWorkplace();
    expect(await place.runAlone(args, env)).toEqual({ code: 2, stdout: "", stderr: said });
  });

  test("and so is a port that is in use, once", async () => {
    using place = createWorkplace();
    const other = createServer();
    await once(other.listen(0, "127.0.0.1"), "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? String(address.port) : "";

    const ended = await place.runAlone(["serve", "--workers", "3"], { IMAGEDEX_PORT: port });
    other.close();

    expect(ended).toEqual({
      code: 2,
      stdout: "",
      stderr: `imagedex: 127.0.0.1:${port} is in use; set IMAGEDEX_PORT to a free port\n`,
    });
  });
});

const MANY = 1600;

/** More than a connection takes when nobody reads. */
async function seedLarge({ database }: Workplace): Promise<void> {
  using catalogue = openCatalogue(database);
  const filler = "x".repeat(8000);
  const images = Array.from({ length: MANY }, (_, n) => image(`ami-${n}`, { extra: { filler } }));
  commitImages(catalogue, await seedBackend(catalogue, "one"), images);
}
