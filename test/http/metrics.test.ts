import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { recordParts } from "../../src/catalogue/listing/source-parts.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { write } from "../../src/catalogue/file/write.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { allowedImages, ami, refusal } from "../fakes/ec2.ts";
import { startMetricsLab } from "./metrics-lab.ts";
import { scrape } from "./scrape.ts";
import { startServer } from "./start-server.ts";
import { PROGRAM } from "../program.ts";

const IMAGES = Array.from({ length: 10 }, (_, n) => ami(n));

describe("metrics tell of a backend", () => {
  test("after a sync: what it holds, and what the sync did", async () => {
    await using lab = await startMetricsLab();
    lab.cloud.images = [...IMAGES];
    await lab.sync();
    lab.cloud.images.pop();
    await lab.sync();

    const value = await lab.scrape();

    expect(value("catalogue_images", 'backend="lab"')).toBe(9);
    expect(value("catalogue_retired_images", 'backend="lab"')).toBe(1);
    expect(value("catalogue_state", 'backend="lab",state="complete"')).toBe(1);
    expect(value("catalogue_state", 'backend="lab",state="stale"')).toBe(0);
    expect(value("backend_enabled", 'backend="lab"')).toBe(1);
    expect(value("syncs_total", `${lab.source},kind="full",state="complete"`)).toBe(2);
    expect(value("image_changes_total", `${lab.source},kind="added"`)).toBe(10);
    expect(value("image_changes_total", `${lab.source},kind="retired"`)).toBe(1);
    // Five pages each time.
    expect(value("upstream_calls_total", lab.source)).toBeGreaterThanOrEqual(10);
    expect(value("last_listing_result", `${lab.source},result="complete"`)).toBe(1);
    expect(value("last_listing_duration_seconds", lab.source)).toBeGreaterThanOrEqual(0);
    expect(value("listing_warning", lab.source)).toBe(0);
    expect(value("database_bytes", 'file="database"')).toBeGreaterThan(0);
    // Emptied after a sync.
    expect(value("database_bytes", 'file="wal"')).toBeGreaterThanOrEqual(0);
  });

  test("how old what it shows is, by the older of its sources", async () => {
    await using server = await startServer({}, { now: () => "2026-11-01T13:00:00.000Z" });
    const { catalogue } = server.app;
    const sources = ["own", "public"].map((scope) => ({ key: `ec2 one ${scope}`, scope: "public" as const }));
    const backend = await seedBackend(catalogue, "one", sources);
    commitImages(catalogue, backend, [image("ami-1")], { at: 0, now: "2026-11-01T12:59:00.000Z" });
    commitImages(catalogue, backend, [image("ami-2")], { at: 1, now: "2026-11-01T12:58:30.000Z" });

    expect((await scrape(server)).values.get('imagedex_catalogue_age_seconds{backend="one"}')).toBe(90);
  });

  test("which of its parts are out of reach, as the backend itself does", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const backend = await seedBackend(catalogue, "one");
    commitImages(catalogue, backend, [image("ami-1")]);
    const off = { part: "pve2", reason: "unreachable", message: "node pve2 is off" } as const;
    const denied = { part: "pve3", reason: "forbidden", message: "node pve3 is not ours" } as const;
    const sourceId = sourcesOf(catalogue, "one")[0]?.id ?? 0;
    await write(catalogue, () => recordParts(catalogue, sourceId, { listed: ["pve1", "pve2"], failed: [] }, NOW));
    await write(catalogue, () => recordParts(catalogue, sourceId, { listed: ["pve1"], failed: [off, denied] }, NOW));

    const { values } = await scrape(server);
    const { json } = await server.ask("/backends/one");

    expect(values.get('imagedex_parts_out_of_reach{backend="one"}')).toBe(1);
    expect(values.get('imagedex_catalogue_state{backend="one",state="stale"}')).toBe(1);
    expect(json).toMatchObject({ state: "stale" });
    expect(json.parts).toEqual([{ part: "pve2", code: "unreachable", error: "node pve2 is off", since: NOW }]);
  });

  test("before its first sync: nothing of an age, and counters that begin at 0", async () => {
    await using lab = await startMetricsLab();
    lab.cloud.intercept = () => refusal("UnauthorizedOperation", 403);
    await lab.sync();

    const value = await lab.scrape();

    expect(value("catalogue_age_seconds", 'backend="lab"')).toBeUndefined();
    expect(value("catalogue_state", 'backend="lab",state="new"')).toBe(1);
    expect(value("catalogue_images", 'backend="lab"')).toBe(0);
    expect(value("syncs_total", `${lab.source},kind="full",state="refused"`)).toBe(0);
    expect(value("syncs_total", `${lab.source},kind="full",state="failed"`)).toBe(1);
  });

  test("after a failed sync, that its cloud throttled", async () => {
    await using lab = await startMetricsLab();
    lab.cloud.images = [...IMAGES];
    await lab.sync();
    lab.cloud.intercept = () => refusal("RequestLimitExceeded", 503);
    await lab.sync();

    const value = await lab.scrape();

    expect(value("syncs_total", `${lab.source},kind="full",state="failed"`)).toBe(1);
    expect(value("syncs_throttled_total", lab.source)).toBe(1);
    expect(value("last_listing_failure", `${lab.source},code="throttled"`)).toBe(1);
    expect(value("last_listing_result", `${lab.source},result="failed"`)).toBe(1);
    expect(value("last_listing_result", `${lab.source},result="complete"`)).toBe(0);
    expect(value("catalogue_state", 'backend="lab",state="stale"')).toBe(1);
    expect(value("catalogue_images", 'backend="lab"')).toBe(10);
  });

  test("after a refused listing, and of what the account's Allowed AMIs setting hides", async () => {
    await using lab = await startMetricsLab();
    lab.cloud.images = [...IMAGES];
    lab.cloud.settings = allowedImages("enabled", "amazon");
    await lab.sync();
    lab.cloud.images = IMAGES.slice(0, 4);
    await lab.sync();

    const value = await lab.scrape();

    expect(value("syncs_total", `${lab.source},kind="full",state="refused"`)).toBe(1);
    expect(value("last_listing_result", `${lab.source},result="refused"`)).toBe(1);
    expect(value("syncs_throttled_total", lab.source)).toBe(0);
    expect(value("last_listing_failure", `${lab.source},code="shrunken"`)).toBe(1);
    expect(value("listing_warning", lab.source)).toBe(1);
  });

  test("after a sync by hand, in another process", async () => {
    await using lab = await startMetricsLab();
    lab.cloud.images = [...IMAGES];
    expect((await lab.scrape())("syncs_total", `${lab.source},kind="full",state="complete"`)).toBe(0);

    await promisify(execFile)(process.execPath, [PROGRAM, "sync", "lab"], {
      env: { IMAGEDEX_DATABASE: lab.server.config.database, IMAGEDEX_SECRET_KEY: lab.server.config.secretKey },
    });
    const value = await lab.scrape();

    expect(value("syncs_total", `${lab.source},kind="full",state="complete"`)).toBe(1);
    expect(value("image_changes_total", `${lab.source},kind="added"`)).toBe(10);
    expect(value("catalogue_images", 'backend="lab"')).toBe(10);
  });

  test("no more when it is removed", async () => {
    await using lab = await startMetricsLab();
    await lab.server.ask("/backends/lab", { method: "DELETE" });

    expect((await scrape(lab.server)).text).not.toContain('backend="lab"');
  });
});

test("searches are timed, and requests by their route: as many labels as routes, however many paths are asked for", async () => {
  await using lab = await startMetricsLab();
  lab.cloud.images = [...IMAGES];
  await lab.sync();
  const before = await scrape(lab.server);
  for (let n = 0; n < 30; n++) {
    await lab.server.ask(`/backends/lab/images/ami-${n}`);
    await lab.server.ask(`/nowhere/${n}`, { method: n % 2 === 0 ? "GET" : "PROPFIND" });
  }
  await lab.server.ask("/backends/lab/images?search_term=ubuntu&limit=1");

  await lab.server.app.search.caughtUp();
  const after = await scrape(lab.server);

  const grown = [...after.values]
    .filter(([name]) => name.startsWith("imagedex_http_request_duration_seconds_count"))
    .map(([name, count]) => [/\{(.*)\}/.exec(name)?.[1], count - (before.values.get(name) ?? 0)])
    .filter(([, count]) => count !== 0);
  expect(Object.fromEntries(grown)).toEqual({
    'method="GET",route="/backends/:backend/images",status="2xx"': 1,
    'method="GET",route="/backends/:backend/images/*image",status="2xx"': 10,
    'method="GET",route="/backends/:backend/images/*image",status="4xx"': 20,
    'method="GET",route="/metrics",status="2xx"': 1,
    'method="GET",route="none",status="4xx"': 15,
    'method="other",route="none",status="4xx"': 15,
  });
  expect(after.values.get("imagedex_search_duration_seconds_count")).toBe(1);
  expect(after.values.get("imagedex_index_families")).toBeGreaterThan(0);
  expect(after.values.get("imagedex_index_words")).toBeGreaterThan(0);
  expect(after.values.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  expect(after.values.get("process_resident_memory_bytes")).toBeGreaterThan(0);
});

test("metrics are for who may see every backend", async () => {
  const token = (secret: string, backends?: ReadonlySet<string>) =>
    ({ hash: hashToken(secret), scope: "read", backends }) as const;
  await using server = await startServer({ tokens: [token("all-of-them"), token("only-one", new Set(["one"]))] });
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await server.ask("/metrics", { headers })).status;

  expect(await status({})).toBe(401);
  expect(await status({ authorization: "Bearer only-one" })).toBe(403);
  expect(await status({ authorization: "Bearer all-of-them" })).toBe(200);
});
