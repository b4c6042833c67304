import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getBackend } from "../../../src/record/backends.ts";
import { insertRun, updateRun } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { hashToken } from "../../../src/access/access-token.ts";
import { createHttpApp } from "../../../src/http/app.ts";
import { createTokenKeeper } from "../../../src/access/token-keeper.ts";
import { createLog } from "../../../src/log.ts";
import { commitImages, image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { startJsonServer } from "../../fakes/json-server.ts";
import { startWebhookReceiver } from "../../fakes/webhook-receiver.ts";
import { ask, type Answer, type AskOptions, startServer, type TestServer } from "../start-server.ts";
import { type ApiDocument, type Contract, type PlacedOperation, readContract } from "./contract.ts";

const [READ, ADMIN, LIMITED] = ["a-token-that-reads", "a-token-that-does-all", "a-token-for-one-backend"];
const SLASHED = "projects/debian-cloud/global/images/debian-12";

let server: TestServer;
let guarded: TestServer;
let contract: Contract;
/** `operationId status` of every answer that was judged. */
const seen = new Set<string>();

beforeAll(async () => {
  server = await startServer({}, { patience: { maxAttempts: 1 } });
  contract = readContract((await server.ask("/openapi.json")).json as ApiDocument);
  await seed(server);
  guarded = await startServer({
    rateLimit: 0,
    tokens: [
      { hash: hashToken(READ), scope: "read" },
      { hash: hashToken(ADMIN), scope: "admin" },
      { hash: hashToken(LIMITED), scope: "admin", backends: new Set(["test"]) },
    ],
  });
  await seed(guarded);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await guarded[Symbol.asyncDispose]();
});

describe("every answer is as the document has it", () => {
  test.each<[operationId: string, status: number, path: string, options?: AskOptions]>([
    ["listImagesOfBackend", 200, "/backends/test/images"],
    ["listImagesOfBackend", 200, "/backends/test/images", { body: '{"search_term":"jammy","fields":"extended"}' }],
    ["listImagesOfBackend", 200, "/backends/test/images?limit=2&offset=1&fields=extended"],
    ["listImagesOfBackend", 200, "/backends/test/images?retired=true&fields=extended&limit=5"],
    ["listImagesOfBackend", 200, "/backends/test/images?search_term=ubunut&fuzzy=true"],
    ["searchImagesOfBackend", 200, "/backends/test/images?limit=1", { body: '{"search_term":"ubuntu"}' }],
    ["listImages", 200, "/images?fields=extended"],
    ["listImages", 200, "/images?search_term=nothing-is-called-so"],
    ["searchImages", 200, "/images", { body: '{"limit":1,"match":"literal"}' }],
    ["readImage", 200, "/backends/test/images/ami-1"],
    ["readImage", 200, "/backends/test/images/ami-gone"],
    ["readImage", 200, `/backends/test/images/${SLASHED}`],
    ["readImage", 200, `/backends/test/images/${encodeURIComponent(SLASHED)}`],
    ["findNewestImage", 200, "/backends/test/newest?search_term=ubuntu"],
    ["findNewestImage", 200, "/backends/test/newest?format=text"],
    ["readImageEverywhere", 200, "/images/ami-1"],
    ["readImageEverywhere", 200, `/images/${encodeURIComponent(SLASHED)}`],
    ["lookUpImages", 200, "/images/lookup", { body: '{"ids":["ami-1","ami-gone","ami-404"],"regions":true}' }],
    ["sendMcpMessage", 200, "/mcp", { body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' }],
    ["sendMcpMessage", 200, "/mcp", { body: '{"jsonrpc":"2.0","id":1,"method":"no/such"}' }],
    ["sendMcpMessage", 202, "/mcp", { body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' }],
    ["toggleStar", 200, "/backends/test/images/ami-2"],
    ["findRegionsOfImage", 200, "/images/ami-1/regions"],
    ["findRegionsOfImage", 200, `/images/${encodeURIComponent(SLASHED)}/regions?format=terraform`],
    ["findRegionsOfImage", 200, "/images/ami-1/regions?format=cloudformation"],
    ["suggestTerms", 200, "/backends/test/suggestions?search_term=ubunut"],
    ["countFacetsOfBackend", 200, "/backends/test/facets?search_term=ubuntu&architecture=arm64"],
    ["countFacets", 200, "/facets"],
    ["listChanges", 200, "/backends/test/changes?limit=1&kind=added,retired"],
    ["listChanges", 200, "/backends/test/changes?since=2026-01-01"],
    ["readChangesFeed", 200, "/backends/test/changes.atom?limit=1"],
    ["listBackends", 200, "/backends"],
    ["readBackend", 200, "/backends/test"],
    [
      "addBackend",
      201,
      "/backends",
      {
        body: '{"id":"far","provider":"openstack","apiurl":"http://127.0.0.1:9","apikey":"a","apisecret":"b","enabled":false}',
      },
    ],
    [
      "checkBackend",
      200,
      "/backends/check",
      { body: '{"provider":"openstack","apiurl":"http://127.0.0.1:9","apikey":"a","apisecret":"b"}' },
    ],
    ["changeBackend", 200, "/backends/far", { body: '{"title":"Far away","region":null}' }],
    ["deleteBackend", 204, "/backends/far"],
    ["listProviders", 200, "/providers"],
    ["listWebhooks", 200, "/backends/test/webhooks"],
    ["readMetrics", 200, "/metrics"],
    ["readSession", 200, "/session"],
    ["logOut", 204, "/session"],
    ["readPage", 200, "/"],
    ["readHealth", 200, "/healthz"],
    ["readReadiness", 200, "/readyz"],
    ["readOpenApi", 200, "/openapi.json"],
    ["readDocs", 200, "/docs"],
    ["readGuide", 200, "/docs/clouds"],
  ])("%s, %i: %s", async (operationId, status, path, options) => {
    const answer = await call(contract.operation(operationId), path, options);
    expect(answer.status).toBe(status);
  });

  test("webhooks: stored, looked at, tried, and removed", async () => {
    await using receiver = await startWebhookReceiver();
    const body = JSON.stringify({ url: receiver.url, search_term: "ubuntu", kinds: ["added"], deprecated: false });
    const added = await call(contract.operation("addWebhook"), "/backends/test/webhooks", { body });
    const path = `/backends/test/webhooks/${added.json.id}`;
    const tried = await call(contract.operation("testWebhook"), `${path}/test`);
    const answers = [
      await call(contract.operation("listWebhooks"), "/backends/test/webhooks"),
      await call(contract.operation("readWebhook"), path),
      await call(contract.operation("listDeliveries"), `${path}/deliveries?limit=1`),
      await call(contract.operation("deleteWebhook"), path),
    ];
    expect([added, tried, ...answers].map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 204]);
  });

  test("a log-in, with a token and with none that there is", async () => {
    const logIn = contract.operation("logIn");
    const statuses = [];
    for (const body of [`{"token":"${READ}"}`, '{"token":"another"}', "{}", "{", `"${"a".repeat(5000)}"`])
      statuses.push((await judged(logIn, guarded, "/session", { body })).status);
    const odd = { body: "{}", headers: { "content-encoding": "morse" } };
    statuses.push((await judged(logIn, guarded, "/session", odd)).status);
    expect(statuses).toEqual([200, 401, 400, 400, 413, 415]);
  });

  test("403 of what a page of another origin sends, and 403 of metrics to a token for some backends", async () => {
    for (const operation of contract.operations.filter(({ method }) => method !== "get")) {
      const options = { ...bodyOf(operation), headers: { origin: "https://elsewhere.example" } };
      const answer = await call(operation, fill(operation), options);
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 403]);
    }
    const metrics = await judged(contract.operation("readMetrics"), guarded, "/metrics", bearer(LIMITED));
    expect(metrics.status).toBe(403);
  });

  test("404 of what is in a path and is not there", async () => {
    for (const operation of contract.operations.filter(({ path }) => path.includes("{"))) {
      const answer = await call(operation, operation.path.replace(/\{\w+\}/g, "nowhere"), bodyOf(operation));
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 404]);
    }
  });

  test("400 of a page whose name is not percent-encoded", async () => {
    expect((await call(contract.operation("readGuide"), "/docs/%ZZ")).status).toBe(400);
  });

  test("406 to who takes no form that there is", async () => {
    for (const operation of contract.operations.filter(({ responses }) => "406" in responses)) {
      const answer = await call(operation, fill(operation), { headers: { accept: "image/png" } });
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 406]);
    }
  });

  test("304 to who has the answer", async () => {
    for (const operation of contract.operations.filter(({ responses }) => "304" in responses)) {
      const path = fill(operation);
      const { headers } = await call(operation, path);
      const answer = await call(operation, path, { headers: { "if-none-match": String(headers["etag"]) } });
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 304]);
    }
  });

  test.each([
    [400, { body: "{" }],
    [413, { body: JSON.stringify({ search_term: "a".repeat(700_000) }) }],
    [415, { body: "{}", headers: { "content-encoding": "morse" } }],
    [415, { body: "{}", headers: { "content-type": "application/json; charset=morse" } }],
  ])("%i of a body that cannot be read", async (status, options) => {
    for (const operation of contract.operations.filter(({ security }) => security.length > 0)) {
      const answer = await call(operation, fill(operation), options);
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, status]);
    }
  });

  test("401 and 403 of those that the document says take a token, or one of scope admin", async () => {
    for (const operation of contract.operations) {
      const scopes = operation.security.flatMap(({ bearer = [] }) => bearer);
      const without = await judged(operation, guarded, fill(operation));
      const reading = await judged(operation, guarded, fill(operation), { ...bodyOf(operation), ...bearer(READ) });
      expect([operation.operationId, without.status === 401]).toEqual([operation.operationId, scopes.length > 0]);
      expect([operation.operationId, reading.status === 403]).toEqual([
        operation.operationId,
        scopes.includes("admin"),
      ]);
    }
  });

  test("404 of what a token is not for", async () => {
    for (const operationId of ["addBackend", "checkBackend"]) {
      const operation = contract.operation(operationId);
      const answer = await judged(operation, guarded, operation.path, { ...bodyOf(operation), ...bearer(LIMITED) });
      expect(answer.status).toBe(404);
    }
  });

  test("202 of a sync that begins, 200 of one that is under way, 503 of images that were never listed", async () => {
    await using cloud = await startJsonServer(() => ({ hang: true }));
    const keys = { apikey: "a", apisecret: "b" };
    const fields = { id: "slow", provider: "openstack", apiurl: cloud.url, ...keys, enabled: false };
    await call(contract.operation("addBackend"), "/backends", { body: JSON.stringify(fields) });
    const start = contract.operation("startSync");

    const first = await call(start, "/backends/slow/sync");
    const second = await call(start, "/backends/slow/sync");
    const list = await call(contract.operation("listImagesOfBackend"), "/backends/slow/images");
    const search = await call(contract.operation("searchImagesOfBackend"), "/backends/slow/images");

    expect([first.status, second.status, list.status, search.status]).toEqual([202, 200, 503, 503]);
    expect((await call(contract.operation("listSyncs"), "/backends/slow/syncs?limit=1")).status).toBe(200);
    await call(contract.operation("deleteBackend"), "/backends/slow");
  });

  test("503 of what would say of a backend that was never listed that there is none", async () => {
    await using empty = await startServer();
    await seedBackend(empty.app.catalogue, "never");
    empty.app.catalogue.sqlite.exec("UPDATE backends SET enabled = 0");
    const asked: readonly (readonly [operationId: string, path: string])[] = [
      ["suggestTerms", "/backends/never/suggestions?search_term=ubuntu"],
      ["countFacetsOfBackend", "/backends/never/facets"],
      ["countFacets", "/facets"],
      ["readImage", "/backends/never/images/ami-1"],
      ["findNewestImage", "/backends/never/newest"],
      ["readImageEverywhere", "/images/ami-1"],
      ["toggleStar", "/backends/never/images/ami-1"],
      ["findRegionsOfImage", "/images/ami-1/regions"],
    ];
    for (const [operationId, path] of asked) {
      const operation = contract.operation(operationId);
      const refused = await judged(operation, empty, path);
      const partial = await judged(operation, empty, `${path}${path.includes("?") ? "&" : "?"}partial=true`);
      expect([operationId, refused.status, partial.status]).toEqual([operationId, 503, 200]);
    }
  });

  test("503 of all images, of a server that is not ready, and of one that closes", async () => {
    await using empty = await startServer();
    await seedBackend(empty.app.catalogue, "never", undefined, "openstack");
    await empty.ask("/backends/never", {
      method: "PUT",
      body: '{"enabled":false,"apiurl":"http://127.0.0.1:9","apikey":"a","apisecret":"b"}',
    });
    await judged(contract.operation("listImages"), empty, "/images");
    await judged(contract.operation("searchImages"), empty, "/images");

    const closing = AbortSignal.abort();
    const unready = createHttpApp({
      ...empty.app,
      log: createLog("silent"),
      now: () => NOW,
      tokens: createTokenKeeper({
        catalogue: empty.app.catalogue,
        record: empty.app.record,
        configured: [],
        isLocal: true,
        now: () => NOW,
      }),
      rateLimit: undefined,
      corsOrigins: [],
      trustedProxies: [],
      closing,
      notReady: () => ["no disk"],
    }).listen(0, "127.0.0.1");
    await once(unready, "listening");
    try {
      const url = `http://127.0.0.1:${(unready.address() as AddressInfo).port}`;
      for (const operationId of ["readReadiness", "followEvents"])
        note(contract.operation(operationId), await ask(url, contract.operation(operationId).path));
    } finally {
      unready.closeAllConnections();
      unready.close();
    }
  });

  test("events, and the data of each", async () => {
    const heard = await listen(server);
    const [source] = sourcesOf(server.app.catalogue, "test");
    const runId = insertRun(server.app.catalogue, source?.id ?? 0, NOW);
    updateRun(server.app.catalogue, runId, { state: "running", listed: 7 });
    await heard.until("event: progress");
    updateRun(server.app.catalogue, runId, { state: "failed", error: "no answer", finishedAt: NOW });
    await heard.until("event: end");
    commitImages(server.app.catalogue, getBackend(server.app.catalogue, "test"), [image("ami-1")]);
    const text = await heard.until("event: catalogue");

    const events = [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)];
    for (const [, name = "", data = ""] of events)
      contract.judgeValue(`${name[0]?.toUpperCase()}${name.slice(1)}News`, JSON.parse(data));
    expect(new Set(events.map(([, name]) => name))).toEqual(new Set(["progress", "end", "catalogue"]));
  });

  test("and no answer that the document promises is left out here", () => {
    const promised = contract.operations.flatMap(({ operationId, responses }) =>
      Object.keys(responses).map((status) => `${operationId} ${status}`),
    );
    // A fault of the server cannot be asked for, and the page is built before tests are run.
    // What any request may meet is asked for below.
    const unasked = promised.filter((answer) => !/ (421|429|500|507)$/.test(answer) && answer !== "readPage 404");
    expect(unasked.filter((answer) => !seen.has(answer))).toEqual([]);
  });
});

test("421 of a name that leads here, and 429 of who asks too often", async () => {
  contract.judgeAs("MisdirectedRequest", await server.ask("/images", { headers: { host: "elsewhere.example" } }));
  await using strict = await startServer({ rateLimit: 1 });
  await strict.ask("/images");
  contract.judgeAs("TooManyRequests", await strict.ask("/images"));
});

test("what is not there, and methods that are not taken, are problems as the components have them", async () => {
  contract.judgeAs("NotFound", await server.ask("/nowhere"));
  for (const { path } of contract.operations) {
    const answer = await server.ask(path.replace(/\{\w+\}/g, "test"), { method: "PATCH" });
    expect(answer).toMatchObject({ status: 405, headers: { allow: expect.any(String) } });
    contract.judgeValue("Problem", answer.json);
  }
  const known = await server.ask("/backends/check", { method: "PATCH" });
  expect(known.headers.allow).toBe("GET, HEAD, POST, PUT, DELETE");
});

async function call(operation: PlacedOperation, path: string, options: AskOptions = {}): Promise<Answer> {
  return judged(operation, server, path, options);
}

async function judged(
  operation: PlacedOperation,
  { ask: send }: TestServer,
  path: string,
  options: AskOptions = {},
): Promise<Answer> {
  if (
    operation.operationId === "followEvents" &&
    options.body === undefined &&
    !options.headers?.["authorization"]?.includes("without")
  )
    return note(operation, await send(path, { ...options, method: "HEAD" }), true);
  return note(operation, await send(path, { ...options, method: operation.method.toUpperCase() }));
}

function note(operation: PlacedOperation, answer: Answer, isHead = false): Answer {
  contract.judge(operation, answer, { isHead });
  seen.add(`${operation.operationId} ${answer.status}`);
  return answer;
}

/** The operation's path with what there is in its places. */
function fill({ path }: PlacedOperation): string {
  const there = { backend: "test", image: "ami-1", webhook: "wh_1", page: "sql" };
  return Object.entries(there).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), path);
}

function bodyOf({ requestBody }: PlacedOperation): AskOptions {
  return requestBody?.required ? { body: "{}" } : {};
}

function bearer(token: string): AskOptions {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** Images that changed, came and went, one with slashes in its id. */
async function seed({ app: { catalogue, search } }: TestServer): Promise<void> {
  const backend = await seedBackend(catalogue, "test", undefined, "openstack");
  const ubuntu = image("ami-1", { name: "ubuntu-jammy", ownerId: "099720109477", architecture: "arm64" });
  commitImages(catalogue, backend, [ubuntu, image("ami-gone")]);
  commitImages(catalogue, backend, [ubuntu, image("ami-2", { name: null }), image(SLASHED, { platform: "debian" })]);
  await search.caughtUp();
}

interface Heard {
  until(piece: string): Promise<string>;
}

async function listen({ server: { url } }: TestServer): Promise<Heard> {
  const operation = contract.operation("followEvents");
  return new Promise((resolve, reject) => {
    request(`${url}${operation.path}`, (res) => {
      let received = "";
      let look = (): void => undefined;
      res.setEncoding("utf8").on("data", (piece: string) => {
        received += piece;
        look();
      });
      res.on("error", () => undefined);
      seen.add(`followEvents ${res.statusCode}`);
      resolve({
        until: (piece) =>
          new Promise((found) => {
            look = () => void (received.includes(piece) && received.endsWith("\n\n") && found(received));
            look();
          }),
      });
    })
      .on("error", reject)
      .end();
  });
}
