import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const TOKENS = [{ hash: hashToken("read-token-of-the-tests"), scope: "read" }] as const;
const BEARER = { authorization: "Bearer read-token-of-the-tests" };
const GRAFANA = "https://grafana.example";
const PREFLIGHT = { "access-control-request-method": "GET", "access-control-request-headers": "authorization" };

describe("pages of other origins", () => {
  test("may not read unless they are listed", async () => {
    await using server = await startServer({ tokens: TOKENS });
    for (const path of ["/backends", "/healthz", "/", "/session"]) {
      const asked = await server.ask(path, { headers: { ...BEARER, origin: GRAFANA } });
      const preflight = await server.ask(path, { method: "OPTIONS", headers: { origin: GRAFANA, ...PREFLIGHT } });
      for (const { headers } of [asked, preflight])
        expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("that are listed may bring a token, and read what pages are told of", async () => {
    await using server = await startServer({ tokens: TOKENS, corsOrigins: [GRAFANA] });

    const preflight = await server.ask("/backends", { method: "OPTIONS", headers: { origin: GRAFANA, ...PREFLIGHT } });
    const asked = await server.ask("/backends", { headers: { ...BEARER, origin: GRAFANA } });

    expect([preflight.status, preflight.text]).toEqual([204, ""]);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": GRAFANA,
      "access-control-allow-headers": expect.stringContaining("Authorization"),
      vary: expect.stringContaining("Origin"),
    });
    expect([preflight, asked].map(({ headers }) => headers["access-control-allow-credentials"])).toEqual([
      undefined,
      undefined,
    ]);
    expect(asked.headers).toMatchObject({
      "access-control-allow-origin": GRAFANA,
      "access-control-expose-headers": expect.stringContaining("X-Total-Count"),
    });
    expect((await server.ask("/backends", { headers: { origin: GRAFANA } })).status).toBe(401);
  });

  test.each(["https://grafana.example.evil.example", "http://grafana.example", "https://grafana.example:8443", "null"])(
    "that are nearly listed (%s) are not",
    async (origin) => {
      await using server = await startServer({ tokens: TOKENS, corsOrigins: [GRAFANA] });
      const { headers } = await server.ask("/backends", { headers: { ...BEARER, origin } });
      expect([headers["access-control-allow-origin"], headers.vary]).toEqual([undefined, "Origin"]);
    },
  );
});

describe("a server that lets everybody of its machine in", () => {
  test.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "[::2]",
  ])("does not answer to the name %j", async (host) => {
    await using server = await startServer();
    for (const path of ["/backends", "/images", "/", "/session", "/healthz"]) {
      const answer = await server.ask(path, { headers: { host } });
      expect([path, answer.status]).toEqual([path, 421]);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
    }
  });

  test.each(["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]", "[::1]:8080"])(
    "answers to the name %j",
    async (host) => {
      await using server = await startServer();
      expect((await server.ask("/backends", { headers: { host } })).status).toBe(200);
    },
  );

  test("answers to any name once a token is asked for", async () => {
    await using server = await startServer();
    const { hash } = TOKENS[0];
    const token = { id: "one", scope: "read", backends: null, createdAt: NOW, expiresAt: null } as const;
    await createLocalRecord(server.app.catalogue).insertAccessToken({ ...token, hash: hash.toString("hex") });
    expect((await server.ask("/backends", { headers: { host: "images.example", ...BEARER } })).status).toBe(200);
    expect((await server.ask("/backends", { headers: { host: "images.example" } })).status).toBe(401);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://localhost:1" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 200],
    [{}, 200],
    [{ origin: GRAFANA }, 200],
  ] as [Record<string, string>, number][])(
    "changes nothing for another's page: %j gets %i",
    async (headers, status) => {
      await using server = await serverWithImage();
      // As a page can without being asked first: a form's content type.
      const sent = { ...headers, "content-type": "text/plain" };
      const starred = await server.ask("/backends/one/images/ami-1", { method: "POST", body: "{}", headers: sent });
      expect(starred.status).toBe(status);
      expect((await server.ask("/backends/one/images/ami-1")).json.star).toBe(status === 200);
    },
  );
});

async function serverWithImage(): Promise<TestServer> {
  const server = await startServer({ corsOrigins: [GRAFANA] });
  commitImages(server.app.catalogue, await seedBackend(server.app.catalogue, "one"), [image("ami-1")]);
  return server;
}
