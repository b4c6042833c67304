import { expect, test } from "vitest";
import { insertRun, updateRun } from "../../src/catalogue/runs.ts";
import { sourcesOf } from "../../src/catalogue/sources.ts";
import { hashToken } from "../../src/http/access.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const IMAGES = [1, 2, 3].map((n) => image(`ami-${n}`, { name: `web server ${n}` }));

test("tell what the catalogue holds, how old it is and how syncs went, whoever ran them", async () => {
  await using server = await serverWithImages();
  const { catalogue } = server.app;
  const source = sourcesOf(catalogue, "one")[0] ?? { id: 0, key: "" };
  const run = (fields: Parameters<typeof updateRun>[2]): void => {
    const id = insertRun(catalogue, source.id, "2026-11-01T11:00:00.000Z");
    updateRun(catalogue, id, { finishedAt: "2026-11-01T11:02:30.000Z", ...fields });
  };

  run({ state: "complete", added: 2, upstreamCalls: 12, warning: "Allowed AMIs" });
  const first = await scrape(server);
  run({ state: "failed", error: "ec2 eu-west-1: still throttled after 3 attempts", upstreamCalls: 5 });
  run({ state: "refused", error: "90 % fewer", upstreamCalls: 7 });
  await scrape(server);
  const last = await scrape(server);

  const labels = `source="${source.key}"`;
  expect(first.get('imagedex_catalogue_images{backend="one"}')).toBe(3);
  expect(first.get('imagedex_catalogue_state{backend="one",state="complete"}')).toBe(1);
  expect(first.get('imagedex_catalogue_age_seconds{backend="one"}')).toBeGreaterThanOrEqual(0);
  expect(first.get(`imagedex_last_listing_duration_seconds{${labels}}`)).toBe(150);
  expect(first.get(`imagedex_source_warning{${labels}}`)).toBe(1);
  expect(first.get(`imagedex_image_changes_total{${labels},kind="added"}`)).toBe(IMAGES.length + 2);
  expect(first.get('imagedex_database_bytes{file="main"}')).toBeGreaterThan(0);
  expect(last.get(`imagedex_upstream_calls_total{${labels}}`)).toBe(24);
  expect(last.get(`imagedex_syncs_throttled_total{${labels}}`)).toBe(1);
  expect(last.get(`imagedex_last_listing_refused{${labels}}`)).toBe(1);
  // With the one that brought the images.
  for (const [state, count] of [
    ["complete", 2],
    ["failed", 1],
    ["refused", 1],
  ] as const)
    expect(last.get(`imagedex_syncs_total{${labels},kind="full",state="${state}"}`)).toBe(count);
  expect(last.get('imagedex_catalogue_state{backend="one",state="stale"}')).toBe(1);
});

test("time searches, and requests by their route: as many labels as routes, however many paths are asked for", async () => {
  await using server = await serverWithImages();
  for (let n = 0; n < 30; n++) await server.ask(`/backends/one/images/ami-${n}`);
  for (let n = 0; n < 30; n++) await server.ask(`/nowhere/${n}`);
  await server.ask("/backends/one/images?search_term=web&limit=1");

  const metrics = await scrape(server);

  expect(metrics.get("imagedex_search_duration_seconds_count")).toBe(1);
  const counts = [...metrics].filter(([name]) => name.startsWith("imagedex_http_request_duration_seconds_count"));
  expect(counts.map(([, count]) => count).reduce((sum, count) => sum + count, 0)).toBe(61);
  expect(counts.map(([name]) => /route="(.*?)"/.exec(name)?.[1] ?? "").toSorted()).toEqual([
    "/backends/:backend/images",
    "/backends/:backend/images/*image",
    "/backends/:backend/images/*image",
    "none",
  ]);
});

test("are for who may see every backend", async () => {
  const token = (secret: string, backends?: ReadonlySet<string>) =>
    ({ hash: hashToken(secret), scope: "read", backends }) as const;
  await using server = await startServer({ tokens: [token("all-of-them"), token("only-one", new Set(["one"]))] });
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await server.ask("/metrics", { headers })).status;

  expect(await status({})).toBe(401);
  expect(await status({ authorization: "Bearer only-one" })).toBe(403);
  expect(await status({ authorization: "Bearer all-of-them" })).toBe(200);
});

async function serverWithImages(): Promise<TestServer> {
  const server = await startServer();
  const backend = await seedBackend(server.app.catalogue, "one");
  commitImages(server.app.catalogue, backend, IMAGES);
  return server;
}

/** Samples by name and labels. */
async function scrape(server: TestServer): Promise<Map<string, number>> {
  const { status, headers, text } = await server.ask("/metrics");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const [, name = "", value = ""] = /^(\S+?(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}
