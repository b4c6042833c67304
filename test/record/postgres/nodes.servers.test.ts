import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openApp, serve } from "../../../src/app.ts";
import { hashToken } from "../../../src/access/access-token.ts";
import type { Config } from "../../../src/config.ts";
import { createLog } from "../../../src/log.ts";
import { type FakeHetzner, startFakeHetzner, systemImage, TOKEN } from "../../fakes/hetzner.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { ask, settingsOf, type TestServer } from "../../http/start-server.ts";
import { until } from "../../until.ts";

let server: PostgresServer;
let cloud: FakeHetzner;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startPostgres();
  cloud = await startFakeHetzner();
  cloud.images.push(systemImage(1), systemImage(2), systemImage(3));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

/** A whole server that is a node. */
async function startNode(
  url: string,
  { syncs = true, maxLag = 300, ...more }: Partial<Config> & { syncs?: boolean; maxLag?: number } = {},
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-node-"));
  const config = settingsOf({ database: join(folder, "replica.db"), record: { url, syncs, maxLag }, ...more });
  const log = createLog(config.logLevel);
  const app = await openApp(config, log);
  const running = await serve(app, config, log);
  const node = {
    app,
    server: running,
    config,
    ask: (path: string, options?: Parameters<typeof ask>[2]) => ask(running.url, path, options),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
  opened.push(node);
  return node;
}

const STORED = "a-token-of-the-record";
const CONFIGURED = "a-token-of-the-settings";
const BACKEND = (): string => JSON.stringify({ id: "h", provider: "hetzner", apisecret: TOKEN, apiurl: cloud.url });

describe("a server that is a node of several", () => {
  test("shows what another one listed, and a star of another one to who sends its position", async () => {
    const url = await server.createDatabase();
    const [one, two] = [await startNode(url), await startNode(url)];
    const made = await one.ask("/backends", { method: "POST", body: BACKEND() });
    expect(made.status, made.text).toBe(201);

    const found = await until("200 of /backends/h/images", async () => {
      const answer = await two.ask("/backends/h/images?search_term=ubuntu");
      return answer.status === 200 && answer;
    });
    const starred = await one.ask(`/backends/h/images/${found.json[1].id}`, { method: "POST" });
    const position = String(starred.headers["x-catalogue-position"]);
    const shown = await two.ask("/backends/h/images?starred=true", { headers: { "x-catalogue-position": position } });

    expect(position).toMatch(/^\d+$/);
    expect(shown.json.map(({ id }: { id: string }) => id)).toEqual([found.json[1].id]);
    const again = await one.ask("/backends/h/images?starred=true");
    expect(again.headers["etag"]).toBe(shown.headers["etag"]);
    expect(String(starred.headers["set-cookie"])).toContain(`imagedex_position=${position}`);
    const runs = await two.ask("/backends/h/syncs");
    expect(runs.json.map(({ state }: { state: string }) => state)).not.toContain("running");
  });

  test("answers 503 to a position that nobody has come to, and 400 to what is none", async () => {
    const node = await startNode(await server.createDatabase());

    const ahead = await node.ask("/backends", { headers: { "x-catalogue-position": "999999" } });
    const cookie = await node.ask("/backends", { headers: { cookie: "a=b; imagedex_position=999999" } });
    const wrong = await node.ask("/backends", { headers: { "x-catalogue-position": "soon" } });

    expect([ahead.status, cookie.status, wrong.status]).toEqual([503, 503, 400]);
    expect(ahead.headers["retry-after"]).toBe("5");
    expect(wrong.json.detail).toBe("X-Catalogue-Position: expected the number from the answer to a change");
  });

  test("never syncs where it is told not to, and leaves it to others", async () => {
    const url = await server.createDatabase();
    const silent = await startNode(url, { syncs: false });
    const made = await silent.ask("/backends", { method: "POST", body: BACKEND() });
    expect(made.status).toBe(201);

    const refused = await silent.ask("/backends/h/sync", { method: "POST" });
    await silent.server.schedule.startDue(new Date());
    await silent.ask("/backends/h/images");

    expect(refused.status).toBe(503);
    expect(refused.json.detail).toBe("this node does not sync (IMAGEDEX_SYNCS=false); ask a node that does");
    expect((await silent.ask("/backends/h/syncs")).json).toEqual([]);
    const lister = await startNode(url);
    await lister.ask("/backends/h/images");
    await until("200 of /backends/h/images", async () => {
      const answer = await silent.ask("/backends/h/images");
      return answer.status === 200 && answer;
    });
  });

  test("without its record goes on answering for a while, then refuses what may have been revoked", async () => {
    const url = await server.createDatabase();
    const configured = [{ hash: hashToken(CONFIGURED), scope: "admin" as const, backends: undefined }];
    const node = await startNode(url, { maxLag: 2, tokens: configured });
    const asAdmin = { headers: { authorization: `Bearer ${CONFIGURED}` } };
    await node.app.record.insertAccessToken({
      id: "kept",
      hash: hashToken(STORED).toString("hex"),
      scope: "read",
      backends: null,
      createdAt: new Date().toISOString(),
      expiresAt: null,
    });
    const asReader = { headers: { authorization: `Bearer ${STORED}` } };
    await node.ask("/backends", { ...asAdmin, method: "POST", body: BACKEND() });
    await until("200 of /backends/h/images", async () => {
      const answer = await node.ask("/backends/h/images", asAdmin);
      return answer.status === 200 && answer;
    });
    expect((await node.ask("/readyz")).status).toBe(200);
    expect((await node.ask("/backends", asReader)).status).toBe(200);

    await server.kill();
    try {
      const write = await node.ask("/backends/h/images/161547269", { ...asAdmin, method: "POST" });
      expect([write.status, write.json.detail]).toEqual([
        503,
        "the record (PostgreSQL) cannot be reached, so nothing can be changed now; try again",
      ]);
      await until("503 of /readyz", async () => {
        const answer = await node.ask("/readyz");
        return answer.status === 503 && answer;
      });
      const read = await node.ask("/backends/h/images", asAdmin);
      expect(read.status).toBe(200);
      const stored = await node.ask("/backends", asReader);
      expect(stored.status).toBe(503);
      expect(stored.json.detail).toMatch(/^this node has not reached the record .* stored tokens are not accepted/);
    } finally {
      await server.start();
    }
    await until("200 of /readyz", async () => {
      const answer = await node.ask("/readyz");
      return answer.status === 200 && answer;
    });
    expect((await node.ask("/backends/h/images/161547269", { ...asAdmin, method: "POST" })).status).toBe(200);
  });
});
