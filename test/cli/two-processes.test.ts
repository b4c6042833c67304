import { once } from "node:events";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { createWorkplace, listeningUrl, type Workplace } from "./run-imagedex.ts";

const COUNT = 3000;

test("a server answers from the catalogue that another process synced, within a second", async () => {
  await using endpoint = await spawnEndpoint({ count: String(COUNT), region: "eu-west-1" });
  using place = createWorkplace();
  await addBackend(place, endpoint);
  await place.run(["sync", "cloud"]);
  const server = place.start(["serve"], { IMAGEDEX_SYNC_CRON: "0 0 1 1 *" });
  const url = await listeningUrl(server);
  const before = await fetch(`${url}/backends/cloud/images?limit=1`);
  await endpoint.churn({ share: 0.05, seed: 3 });

  const synced = await place.runAlone(["sync", "cloud", "--json"]);
  const after = await fetch(`${url}/backends/cloud/images?limit=1`, {
    headers: { "if-none-match": before.headers.get("etag") ?? "" },
  });
  server.kill("SIGTERM");
  await once(server, "exit");

  expect(synced.code).toBe(0);
  const runs: { state: string; added: number }[] = JSON.parse(synced.stdout);
  expect(runs.map(({ state }) => state)).toEqual(["complete", "complete"]);
  expect(runs.reduce((sum, { added }) => sum + added, 0)).toBeGreaterThan(0);
  expect(after.status).toBe(200);
  expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
  expect(server.exitCode).toBe(0);
});

test("a probe finds what is new with a fraction of the calls, and retires nothing", async () => {
  await using endpoint = await spawnEndpoint({ count: "1200", region: "eu-west-1" });
  using place = createWorkplace();
  await addBackend(place, endpoint);
  await place.run(["sync", "cloud"]);
  await endpoint.churn({ share: 0.05, seed: 5, at: new Date().toISOString() });

  const probed = await place.run(["sync", "cloud", "--probe", "--json"]);
  const full = await place.run(["sync", "cloud", "--json"]);

  const [probes, listings] = [probed, full].map(({ stdout }): SyncRun[] => JSON.parse(stdout));
  expect(probes?.map(({ kind, state }) => [kind, state])).toEqual([
    ["probe", "complete"],
    ["probe", "complete"],
  ]);
  expect(sumOf(probes, "added")).toBeGreaterThan(0);
  expect(sumOf(probes, "retired")).toBe(0);
  // What the probe added was not new to the full listing; what vanished was.
  expect(sumOf(listings, "added")).toBe(0);
  expect(sumOf(listings, "retired")).toBeGreaterThan(0);
});

interface SyncRun {
  readonly kind: string;
  readonly state: string;
  readonly added: number;
  readonly retired: number;
}

function sumOf(runs: readonly SyncRun[] | undefined, count: "added" | "retired"): number {
  return (runs ?? []).reduce((sum, run) => sum + run[count], 0);
}

test("two processes never sync a source at once", async () => {
  await using endpoint = await spawnEndpoint({ count: String(COUNT), region: "eu-west-1" });
  using place = createWorkplace();
  await addBackend(place, endpoint);

  const both = await Promise.all([place.runAlone(["sync", "--json"]), place.runAlone(["sync", "--json"])]);

  // Whoever came second joined, waited or was told so; nothing was listed by two at the same time.
  expect(both.map(({ code }) => code)).toContain(0);
  using db = open(place);
  const overlaps = db.connection
    .prepare(
      `SELECT count(*) FROM runs a JOIN runs b ON a.source_id = b.source_id AND a.id < b.id
       WHERE a.state = 'complete' AND b.state = 'complete' AND b.started_at < a.finished_at`,
    )
    .pluck()
    .get();
  expect(overlaps).toBe(0);
});

test("SIGKILL at any moment leaves a whole catalogue, and the next sync completes", async () => {
  await using endpoint = await spawnEndpoint({ count: String(COUNT), region: "eu-west-1" });
  using place = createWorkplace();
  await addBackend(place, endpoint);

  const counts: unknown[] = [];
  for (const delay of [700, 1000, 1300, 1600]) {
    const child = place.start(["sync"]);
    const timer = setTimeout(() => child.kill("SIGKILL"), delay);
    await once(child, "exit");
    clearTimeout(timer);
    using db = open(place);
    expect(db.connection.pragma("integrity_check", { simple: true })).toBe("ok");
    counts.push(countPublic(db.connection));
  }

  const next = await place.run(["sync", "--json"]);
  const states = JSON.parse(next.stdout).map(({ state }: { state: string }) => state);
  expect(states).toEqual(["complete", "complete"]);
  using db = open(place);
  expect(db.connection.prepare("SELECT count(*) FROM runs WHERE state IN ('queued', 'running')").pluck().get()).toBe(0);
  const whole = countPublic(db.connection);
  expect(whole).toBeGreaterThanOrEqual(COUNT);
  for (const count of counts) expect([0, whole]).toContain(count);
});

function countPublic(connection: Database.Database): unknown {
  return connection.prepare("SELECT coalesce(sum(image_count), 0) FROM sources WHERE scope = 'public'").pluck().get();
}

interface Endpoint {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

async function addBackend(place: Workplace, { url, accessKeyId, secretAccessKey }: Endpoint): Promise<void> {
  const command = "backends add --id cloud --provider ec2 --region eu-west-1".split(" ");
  const added = await place.run([...command, "--apiurl", url, "--apikey", accessKeyId, "--apisecret", secretAccessKey]);
  expect(added).toMatchObject({ code: 0, stdout: "cloud\n" });
}

function open({ database }: Workplace): Disposable & { connection: Database.Database } {
  const connection = new Database(database, { readonly: true });
  return { connection, [Symbol.dispose]: () => void connection.close() };
}
