import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { createApp, serve } from "../../src/app.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { createLog } from "../../src/log.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { type Answer, startServer, type TestServer } from "./start-server.ts";

const [ADMIN, READ, LIMITED] = ["admin-token-of-the-tests", "read-token-of-the-tests", "limited-token-of-the-tests"];
const OWN = { "sec-fetch-site": "same-origin" };

describe("a log-in", () => {
  test("gives a cookie that no script reads and no other site's page sends, and that lets in", async () => {
    await using server = await guardedServer();

    const answer = await logIn(server, READ);

    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ by: "session", scope: "read", backends: null, expires_at: expect.any(String) });
    expect(answer.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^imagedex_session=[\w.-]+; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(answer.text + String(answer.headers["set-cookie"])).not.toContain(READ);
    const cookie = cookieOf(answer);
    expect((await server.ask("/backends", { headers: { cookie } })).json).toHaveLength(2);
    expect((await server.ask("/backends", { headers: { cookie: `a=b; ${cookie};c=d` } })).status).toBe(200);
    expect((await server.ask("/session", { headers: { cookie } })).json).toEqual(answer.json);
  });

  test("is kept on TLS where the page came by TLS", async () => {
    await using server = await guardedServer({ trustedProxies: ["loopback"] });
    const { host } = new URL(server.server.url);

    const direct = await logIn(server, READ, { origin: `https://${host}` });
    const proxied = await logIn(server, READ, { "x-forwarded-proto": "https" });

    for (const { headers } of [direct, proxied]) expect(headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; Secure; /);
  });

  test.each([
    ['{"token":"a-token-that-is-none"}', 401],
    ['{"token":""}', 400],
    ['{"token":7}', 400],
    ["{}", 400],
    ["[]", 400],
    ['"token"', 400],
    ["{", 400],
    [`{"token":"${"a".repeat(5000)}"}`, 413],
  ])("with %j is none: %i", async (body, status) => {
    await using server = await guardedServer();
    const answer = await server.ask("/session", { method: "POST", body });
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([status, undefined]);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  });

  test.each<Record<string, string>>([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "not a url" },
  ])("that another's page asks for (%j) is refused, and so is the end of one", async (headers) => {
    await using server = await guardedServer();
    const cookie = cookieOf(await logIn(server, READ));

    const begun = await logIn(server, READ, headers);
    const ended = await server.ask("/session", { method: "DELETE", headers: { cookie, ...headers } });

    expect([begun.status, begun.headers["set-cookie"]]).toEqual([403, undefined]);
    expect([ended.status, (await server.ask("/backends", { headers: { cookie } })).status]).toEqual([403, 200]);
  });

  test("may fail ten times a minute; after that nobody looks at the token", async () => {
    await using server = await guardedServer({ rateLimit: 0 });
    const wrong = async (): Promise<number> => (await logIn(server, "a-token-that-is-none")).status;
    const right = await Promise.all(Array.from({ length: 15 }, () => logIn(server, READ)));
    const cookie = cookieOf(right[0]);

    const failed: number[] = [];
    while (failed.length < 11) failed.push(await wrong());
    const locked = await logIn(server, READ);

    expect(right.map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 200));
    expect(failed).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(locked).toMatchObject({ status: 429, json: { status: 429, title: "Too Many Requests" } });
    expect(Number(locked.headers["retry-after"])).toBeGreaterThan(0);
    // Who is in stays in.
    expect((await server.ask("/backends", { headers: { cookie } })).status).toBe(200);
  });
});

describe("by cookie", () => {
  test.each<[string, Record<string, string>, number]>([
    ["nobody says which page", {}, 403],
    ["another site's page", { "sec-fetch-site": "cross-site" }, 403],
    ["a page of another port of this host", { "sec-fetch-site": "same-site" }, 403],
    ["no page", { "sec-fetch-site": "none" }, 403],
    ["another origin", { origin: "http://evil.example" }, 403],
    ["another port's origin", { origin: "http://127.0.0.1:1" }, 403],
    ["an origin that is hidden", { origin: "null" }, 403],
    ["another page that has a word for each", { origin: "OWN", "sec-fetch-site": "cross-site" }, 403],
    ["an origin that is allowed to bring tokens", { origin: "https://grafana.example" }, 403],
    ["the own page", { "sec-fetch-site": "same-origin" }, 200],
    ["the own origin", { origin: "OWN" }, 200],
  ])("what changes something is done for the own page only: %s", async (_who, given, status) => {
    await using server = await guardedServer({ corsOrigins: ["https://grafana.example"] });
    const cookie = cookieOf(await logIn(server, ADMIN));
    const headers = { cookie, ...given, ...(given["origin"] === "OWN" && { origin: server.server.url }) };

    const starred = await server.ask("/backends/one/images/ami-1", { method: "POST", headers });
    const searched = await server.ask("/images", { method: "POST", body: "{}", headers });

    expect([starred.status, searched.status]).toEqual([status, status]);
    expect((await server.ask("/backends/one/images/ami-1", { headers: { cookie } })).json.star).toBe(status === 200);
  });

  test("a bearer may what the token may, and no more", async () => {
    await using server = await guardedServer();
    const reader = { cookie: cookieOf(await logIn(server, READ)), ...OWN };
    const limited = { cookie: cookieOf(await logIn(server, LIMITED)), ...OWN };

    expect((await server.ask("/backends/one/sync", { method: "POST", headers: reader })).status).toBe(403);
    expect((await server.ask("/backends", { headers: limited })).json.map(({ id }: { id: string }) => id)).toEqual([
      "one",
    ]);
    expect((await server.ask("/backends/two", { headers: limited })).status).toBe(404);
    expect((await server.ask("/session", { headers: limited })).json).toMatchObject({ backends: ["one"] });
  });

  test("a token that is sent as well is the one that counts", async () => {
    await using server = await guardedServer();
    const cookie = cookieOf(await logIn(server, ADMIN));
    for (const authorization of ["Bearer a-token-that-is-none", "Basic YTpi", "Bearer"])
      expect((await server.ask("/backends", { headers: { cookie, authorization } })).status).toBe(401);
  });

  test("nobody comes in with what this server did not make", async () => {
    await using server = await guardedServer();
    await using other = await guardedServer({ secretKey: "another passphrase of the tests, long enough" });
    const cookie = cookieOf(await logIn(server, READ));
    const [version, nonce = "", tag = "", body = ""] = cookie.slice("imagedex_session=".length).split(".");
    const flipped = (tag.startsWith("A") ? "B" : "A") + tag.slice(1);

    for (const value of [
      [version, nonce, flipped, body].join("."),
      // A short tag would be easy to guess.
      [version, nonce, Buffer.from(tag, "base64url").subarray(0, 4).toString("base64url"), body].join("."),
      [version, nonce, tag, ""].join("."),
      [version, nonce, tag].join("."),
      cookieOf(await logIn(other, READ)).slice("imagedex_session=".length),
      hashToken(READ).toString("hex"),
      READ,
      "",
    ])
      expect([
        value,
        (await server.ask("/backends", { headers: { cookie: `imagedex_session=${value}` } })).status,
      ]).toEqual([value, 401]);
    expect((await server.ask("/backends", { headers: { cookie } })).status).toBe(200);
  });
});

describe("a session", () => {
  test("ends with its log-out, copies of its cookie too, and with nobody else's", async () => {
    await using server = await guardedServer();
    const [mine, another] = [cookieOf(await logIn(server, READ)), cookieOf(await logIn(server, READ))];

    const ended = await server.ask("/session", { method: "DELETE", headers: { cookie: mine, ...OWN } });

    expect(ended.status).toBe(204);
    expect(ended.headers["set-cookie"]?.[0]).toMatch(/^imagedex_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect((await server.ask("/backends", { headers: { cookie: mine } })).status).toBe(401);
    expect((await server.ask("/backends", { headers: { cookie: another } })).status).toBe(200);
    expect((await server.ask("/session", { method: "DELETE" })).status).toBe(204);
  });

  test("ends with its token, revoked by another process or expired, and its stream of events with it", async () => {
    let now = NOW;
    await using server = await guardedServer({}, () => now);
    const { file } = server.app.catalogue;
    await addToken(server, "revoked", null);
    await addToken(server, "expiring", "2026-11-02T00:00:00.000Z");
    const revoked = cookieOf(await logIn(server, "revoked"));
    const login = await logIn(server, "expiring");
    const expiring = cookieOf(login);
    const streams = await Promise.all([listen(server, revoked), listen(server, expiring)]);
    using other = openCatalogue(file);

    await createLocalRecord(other).deleteAccessToken("revoked");
    await streams[0]?.[0];
    now = "2026-11-02T00:00:00.000Z";
    // The change makes the server look for news.
    await createLocalRecord(other).deleteAccessToken("unused");
    await streams[1]?.[0];

    expect(login.json.expires_at).toBe("2026-11-02T00:00:00.000Z");
    for (const cookie of [revoked, expiring])
      expect((await server.ask("/backends", { headers: { cookie } })).status).toBe(401);
  });

  test("ends after a week", async () => {
    let now = NOW;
    await using server = await guardedServer({}, () => now);
    const cookie = cookieOf(await logIn(server, READ));
    const status = async (): Promise<number> => (await server.ask("/backends", { headers: { cookie } })).status;

    now = "2026-11-08T11:59:59.999Z";
    expect(await status()).toBe(200);
    now = "2026-11-08T12:00:00.000Z";
    expect(await status()).toBe(401);
  });

  test("goes on after a restart", async () => {
    await using server = await guardedServer();
    const cookie = cookieOf(await logIn(server, READ));

    await server.server[Symbol.asyncDispose]();
    const log = createLog("silent");
    await using app = createApp(server.config, log);
    await using again = await serve(app, server.config, log);

    expect((await fetch(`${again.url}/backends`, { headers: { cookie } })).status).toBe(200);
  });
});

async function guardedServer(
  overrides: Parameters<typeof startServer>[0] = {},
  now?: () => string,
): Promise<TestServer> {
  const tokens = [
    { hash: hashToken(ADMIN), scope: "admin" },
    { hash: hashToken(READ), scope: "read" },
    { hash: hashToken(LIMITED), scope: "admin", backends: new Set(["one"]) },
  ] as const;
  const server = await startServer({ tokens, ...overrides }, now && { now });
  for (const id of ["one", "two"]) {
    commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, id), [image("ami-1")]);
  }
  await addToken(server, "unused", null);
  return server;
}

async function addToken({ app }: TestServer, id: string, expiresAt: string | null): Promise<void> {
  const hash = hashToken(id).toString("hex");
  await createLocalRecord(app.catalogue).insertAccessToken({
    id,
    hash,
    scope: "read",
    backends: null,
    createdAt: NOW,
    expiresAt,
  });
}

function logIn(server: TestServer, token: string, headers: Record<string, string> = {}): Promise<Answer> {
  return server.ask("/session", { method: "POST", body: JSON.stringify({ token }), headers });
}

function cookieOf(answer: Answer | undefined): string {
  return answer?.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** Listens to the server's events; resolves to what resolves when they end. */
async function listen({ server }: TestServer, cookie: string): Promise<Promise<void>[]> {
  return new Promise((resolve, reject) => {
    request(`${server.url}/events`, { headers: { cookie } }, (res) => {
      resolve([new Promise((ended) => res.resume().once("end", () => ended()))]);
    })
      .on("error", reject)
      .end();
  });
}
