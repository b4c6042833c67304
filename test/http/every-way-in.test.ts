import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import type { App } from "../../src/app.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { createHttpApp } from "../../src/http/app.ts";
import { createTokenKeeper } from "../../src/access/token-keeper.ts";
import { createLog } from "../../src/log.ts";
import { addWebhook } from "../../src/webhooks/register-webhook.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { type Answer, ask, startServer, type TestServer } from "./start-server.ts";

/*
 * Every way into the server, as Express knows it: whoever adds a route adds it here. Backend `one` and backend `okapi` share a public
 * source, and each has one of its own; what must not be seen of `okapi` has its name, or is called zebra.
 */

interface Way {
  readonly method: string;
  /** As the router has it. */
  readonly route: string;
}

/** Who needs no token, and what they get then. */
const OPEN: Readonly<Record<string, readonly number[]>> = {
  "GET /healthz": [200],
  "GET /readyz": [200],
  // They tell what every server of this kind can do, and nothing of this one.
  "GET /openapi.json": [200],
  "GET /docs": [200],
  "GET /docs/style.css": [200],
  // No page has this name.
  "GET /docs/:page": [404],
  // Without a token in its body; soon enough there were too many such.
  "POST /session": [400, 429],
  "DELETE /session": [204],
};
/** The page and what it is made of. */
const PAGE = /^GET \/($|favicon\.svg$|assets\/[\w.-]+$)/;

let server: TestServer;
let gate: Gate;

beforeAll(async () => {
  server = await startServer();
  await seed(server.app);
  gate = await openGate(server.app);
});

afterAll(async () => {
  await gate[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe("every way in", () => {
  test("is walked", () => {
    const names = gate.ways.map(nameOf);
    // A walk that finds nothing holds nothing.
    for (const name of [
      "GET /backends/:backend/images/*image",
      "POST /session",
      "GET /metrics",
      "GET /events",
      "GET /",
    ])
      expect(names).toContain(name);
    expect(names.length).toBeGreaterThan(30);
  });

  test.each<[string, Record<string, string>]>([
    ["nothing", {}],
    ["a token that is none", { authorization: "Bearer a-token-that-is-none" }],
    ["a token that has expired", { authorization: "Bearer expired" }],
    ["a token that was revoked", { authorization: "Bearer revoked" }],
    ["a token's hash", { authorization: `Bearer ${hashToken("all").toString("hex")}` }],
    ["no token after the word", { authorization: "Bearer" }],
    ["spaces after the word", { authorization: "Bearer    " }],
    ["a token without the word", { authorization: "all" }],
    ["two tokens", { authorization: "Bearer all all" }],
    ["another scheme", { authorization: `Basic ${Buffer.from("all:all").toString("base64")}` }],
    ["the token as a cookie", { cookie: "imagedex_session=all" }],
    ["a token in a header that proxies know", { "x-forwarded-authorization": "Bearer all", "x-api-key": "all" }],
  ])("stays shut to who brings %s", async (_what, headers) => {
    for (const way of gate.ways) {
      const name = nameOf(way);
      const path = pathOf(way, { backend: "one", image: "ami-1" });
      for (const at of [path, `${path}?token=all&access_token=all`]) {
        const { status } = await gate.ask(at, { method: way.method, headers });
        expect(OPEN[name] ?? [PAGE.test(name) ? 200 : 401], name).toContain(status);
      }
    }
  });

  test("stays shut at paths that are none", async () => {
    for (const path of [
      "/nowhere",
      "/backends/one/nowhere",
      "//backends",
      "/backends/%zz",
      "/BACKENDS",
      "/backends/../healthz",
    ])
      for (const method of ["GET", "POST", "OPTIONS", "TRACE", "PATCH"])
        expect([method, path, (await gate.ask(path, { method })).status]).toEqual([method, path, 401]);
  });

  test("changes nothing for a token that may read", async () => {
    const headers = { authorization: "Bearer reader" };
    const allowed = /^POST ((\/backends\/:backend)?\/images|\/images\/lookup|\/mcp)$/;
    for (const way of gate.ways.filter(({ method }) => method !== "GET")) {
      const name = nameOf(way);
      if (OPEN[name] !== undefined || allowed.test(name)) continue;
      const path = pathOf(way, { backend: "one", image: "ami-1" });
      expect([name, (await gate.ask(path, { method: way.method, body: "{}", headers })).status]).toEqual([name, 403]);
    }
  });

  test("shows nothing that receivers keep secret to a token that may read", async () => {
    const headers = { authorization: "Bearer reader" };
    for (const way of gate.ways.filter(({ route }) => route.includes("webhooks")))
      expect([
        nameOf(way),
        (await gate.ask(pathOf(way, { backend: "one" }), { method: way.method, headers })).status,
      ]).toEqual([nameOf(way), 403]);
  });
});

describe.each(["one-reader", "one-admin"])("every way in, for a token of one backend (%s),", (bearer) => {
  const headers = { authorization: `Bearer ${bearer}` };

  test("knows another backend as little as one that is not there", async () => {
    for (const way of gate.ways.filter(({ route }) => route.includes(":backend"))) {
      const { method } = way;
      const okapi = pathOf(way, { backend: "okapi", image: "ami-okapi" });
      for (const [path, absent] of [
        [okapi, okapi.replaceAll("okapi", "absent")],
        [okapi.replace("okapi", "ok%61pi"), okapi.replaceAll("okapi", "absent")],
        [okapi.replace("/backends", "/BackEnds"), okapi.replaceAll("okapi", "absent")],
        [`${okapi}/`, `${okapi.replaceAll("okapi", "absent")}/`],
      ] as const) {
        const seen = await gate.ask(path, { method, headers });
        const unseen = await gate.ask(absent, { method, headers });
        // A reader is told that it may only read, whatever there is.
        expect([method, path, seen.status]).toEqual([
          method,
          path,
          bearer === "one-reader" && isWriting(way) ? 403 : 404,
        ]);
        expect(withoutPath(seen)).toEqual(withoutPath(unseen));
      }
    }
  });

  test("finds nothing of another backend, by its words or ids", async () => {
    for (const way of gate.ways.filter(isQuestion)) {
      for (const word of ["zebra", "ami-okapi", "zebr", "okapi"]) {
        for (const id of ["ami-okapi", "ami-shared"]) {
          const bare = pathOf(way, { backend: "one", image: id });
          const asks = /(images|newest|facets|suggestions|changes|changes\.atom)$/.test(way.route);
          for (const path of asks ? [bare, `${bare}?search_term=${word}`] : [bare]) {
            const { status, text } = await gate.ask(path, { headers });
            const echoed = text
              .replaceAll(path, "")
              .replaceAll(encodeURI(path), "")
              .replaceAll(path.replaceAll("&", "&amp;"), "");
            expect(status, path).toBeLessThan(500);
            // What was asked for may be said again; what was not asked for never.
            const others = ["zebra", "okapi"].filter((secret) => !path.includes(secret.slice(0, 4)));
            for (const secret of others) expect([path, echoed.toLowerCase().includes(secret)]).toEqual([path, false]);
          }
        }
      }
    }
    const found = async (path: string): Promise<unknown> => (await gate.ask(path, { headers })).json;
    expect(await found("/images?search_term=zebra")).toEqual([]);
    expect(await found("/images?search_term=zebra&retired=true")).toEqual([]);
    expect(await found("/backends/one/images?search_term=zebra")).toEqual([]);
    expect(await found("/backends/one/suggestions?search_term=zeb")).toEqual([]);
    expect(await found("/backends/one/changes?search_term=zebra")).toEqual({ changes: [], next: null });
    expect(await found("/images/ami-okapi/regions")).toMatchObject({ status: 404 });
    expect(await found("/images/ami-okapi")).toMatchObject({ status: 404 });
    const lookUp = { method: "POST", body: '{"ids":["ami-okapi"],"regions":true}', headers };
    expect((await gate.ask("/images/lookup", lookUp)).json).toMatchObject([{ status: "never_seen", images: [] }]);
    expect(await found("/backends/one/images/ami-okapi")).toMatchObject({ status: 404 });
    expect(await found("/facets?search_term=zebra")).toEqual(await found("/facets?search_term=absent"));
    const mistyped = await gate.ask("/images?search_term=zebar", { headers });
    expect(mistyped.headers).not.toHaveProperty("x-search-suggestion");
    expect((await gate.ask("/metrics", { headers })).status).toBe(403);
  });

  test("finds what is there for its own backend, without another's stars", async () => {
    const shared = await gate.ask("/images?search_term=shared&fields=extended", { headers });
    expect(shared.json).toEqual([expect.objectContaining({ backend_id: "one", id: "ami-shared", star: false })]);
    expect((await gate.ask("/backends/one/images/ami-shared", { headers })).json.star).toBe(false);
    expect((await gate.ask("/backends/one/images?starred=true", { headers })).json).toEqual([]);
    expect((await gate.ask("/backends/%6Fne", { headers })).json.id).toBe("one");
    expect((await gate.ask("/backends", { headers })).json).toEqual([expect.objectContaining({ id: "one" })]);
    const regions = await gate.ask("/images/ami-shared/regions", { headers });
    expect(regions.json).toEqual([expect.objectContaining({ backend_id: "one", image_id: "ami-shared" })]);
  });

  test("hears nothing of another backend", async () => {
    const { catalogue } = server.app;
    const heard = await gate.listen(headers);
    const all = await gate.listen({ authorization: "Bearer all" });
    const runId = insertRun(catalogue, sourcesOf(catalogue, "okapi")[1]?.id ?? 0, NOW);
    updateRun(catalogue, runId, { state: "running", listed: 7 });
    await all(/event: progress\ndata: .*okapi/);
    updateRun(catalogue, runId, { state: "failed", error: "no zebra", finishedAt: NOW });
    await all(/event: end\ndata: .*zebra/);
    const okapi = await seedBackend(catalogue, "okapi", SOURCES("okapi"));
    commitImages(catalogue, okapi, [image("ami-okapi", { name: "zebra again" })], {
      at: 1,
      now: new Date().toISOString(),
    });
    const one = await seedBackend(catalogue, "one", SOURCES("one"));
    commitImages(catalogue, one, [image("ami-1"), image(`ami-${bearer}`)], { at: 1, now: new Date().toISOString() });

    const text = await heard(/event: catalogue/);

    expect(text).toContain('"backends":["one"]');
    expect(text).not.toMatch(/okapi|zebra|event: (progress|end)/);
  });

  test("makes, changes and removes no backend", async () => {
    const status = bearer === "one-admin" ? { one: 403, any: 404 } : { one: 403, any: 403 };
    for (const [method, path, expected] of [
      ["PUT", "/backends/one", status.one],
      ["PUT", "/backends/one/", status.one],
      ["DELETE", "/backends/one", status.one],
      ["POST", "/backends", status.any],
      ["POST", "/backends/check", status.any],
    ] as const) {
      const answer = await gate.ask(path, { method, body: '{"provider":"ec2","region":"us-east-1"}', headers });
      expect([method, path, answer.status]).toEqual([method, path, expected]);
    }
  });
});

const SOURCES = (id: string): { key: string; scope: "public" | "own" }[] => [
  { key: "ec2 eu-west-1 public", scope: "public" },
  { key: `ec2 own ${id}`, scope: "own" },
];

async function seed({ catalogue, registrar }: App): Promise<void> {
  const one = await seedBackend(catalogue, "one", SOURCES("one"));
  commitImages(catalogue, one, [image("ami-shared")]);
  for (const images of [[image("ami-1")], [image("ami-1"), image("ami-2")]])
    commitImages(catalogue, one, images, { at: 1 });
  const okapi = await seedBackend(catalogue, "okapi", SOURCES("okapi"));
  const secret = image("ami-okapi", {
    name: "zebra",
    description: "okapi zebra",
    ownerId: "99zebra",
    platform: "zebra",
  });
  const [gone, late] = [
    image("ami-okapi-gone", { name: "zebra gone" }),
    image("ami-okapi-late", { name: "zebra late" }),
  ];
  for (const images of [
    [secret, gone],
    [secret, late],
  ])
    commitImages(catalogue, okapi, images, { at: 1 });
  await createLocalRecord(catalogue).toggleStar("okapi", "ami-shared", NOW);
  await createLocalRecord(catalogue).toggleStar("okapi", "ami-okapi", NOW);
  const { id: webhookId } = (
    await addWebhook(registrar, {
      backendId: "okapi",
      url: "http://127.0.0.1:9/okapi-zebra",
      secret: undefined,
      query: { term: "zebra", match: "words" },
      kinds: new Set(["added"] as const),
    })
  ).webhook;
  webhook = webhookId;
  expect(sourcesOf(catalogue, "one").map(({ key }) => key)).not.toContain("ec2 own okapi");
  for (const [id, scope, backends, expiresAt] of [
    ["all", "admin", null, null],
    ["reader", "read", null, null],
    ["one-reader", "read", ["one"], null],
    ["one-admin", "admin", ["one"], null],
    ["expired", "admin", null, NOW],
  ] as const) {
    const hash = hashToken(id).toString("hex");
    await createLocalRecord(catalogue).insertAccessToken({ id, hash, scope, backends, createdAt: NOW, expiresAt });
  }
}

let webhook = "";

interface Gate extends AsyncDisposable {
  readonly ways: readonly Way[];
  ask(path: string, options?: Parameters<typeof ask>[2]): Promise<Answer>;
  /** Listens to the events; resolves to what was heard up to a pattern. */
  listen(headers: Record<string, string>): Promise<(until: RegExp) => Promise<string>>;
}

/** The HTTP interface alone, whose routes can be looked at. */
async function openGate(app: App): Promise<Gate> {
  const closing = new AbortController();
  const { catalogue, record } = app;
  const { now } = app.registrar;
  const http = createHttpApp({
    ...app,
    log: createLog("silent"),
    now,
    tokens: createTokenKeeper({ catalogue, record, configured: [], isLocal: true, now }),
    rateLimit: 0,
    corsOrigins: [],
    trustedProxies: [],
    closing: closing.signal,
    notReady: () => [],
  });
  const listening = http.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return {
    ways: waysOf(http.router.stack),
    ask: (path, options) => ask(url, path, options),
    listen: (headers) =>
      new Promise((resolve, reject) => {
        request(`${url}/events`, { headers }, (res) => {
          let heard = "";
          let look = (): void => {};
          res.setEncoding("utf8").on("data", (piece: string) => {
            heard += piece;
            look();
          });
          resolve((until) => new Promise((found) => ((look = () => void (until.test(heard) && found(heard))), look())));
        })
          .on("error", reject)
          .end();
      }),
    async [Symbol.asyncDispose]() {
      closing.abort();
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}

interface Layer {
  readonly route?:
    | {
        readonly path: string;
        readonly methods?: Record<string, boolean>;
        readonly stack: readonly { method: string }[];
      }
    | undefined;
  readonly handle?: unknown;
}

function waysOf(stack: readonly unknown[]): Way[] {
  return (stack as readonly Layer[]).flatMap(({ route, handle }) => {
    if (route) {
      const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
      return [...methods].map((method) => ({ method, route: route.path }));
    }
    const inner = typeof handle === "function" && "stack" in handle ? (handle.stack as readonly unknown[]) : [];
    return waysOf(inner);
  });
}

function nameOf({ method, route }: Way): string {
  return `${method} ${route}`;
}

/** Neither the page nor what never ends. */
function isQuestion(way: Way): boolean {
  return way.method === "GET" && way.route !== "/events" && !PAGE.test(nameOf(way));
}

function isWriting({ method, route }: Way): boolean {
  return method !== "GET" && !/\/images(\/lookup)?$|^\/mcp$/.test(route);
}

function pathOf({ route }: Way, { backend, image: id = "ami-1" }: { backend: string; image?: string }): string {
  return route.replace(":backend", backend).replace(":webhook", webhook).replace("*image", id);
}

/** An answer without what it says of the path that was asked. */
function withoutPath({ status, json }: Answer): unknown {
  const { instance: _, ...problem } = json;
  return { status, problem };
}
