import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { imageIds, startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { startServer, type TestServer } from "./start-server.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const UBUNTU = image("ami-1", { name: "ubuntu-jammy", extra: { state: "available" } });
const DEBIAN = image("ami-2", { name: "debian" });

describe("webhooks", () => {
  test("are told of another process's commit, in messages that the reference library of Standard Webhooks accepts", async () => {
    await using receiver = await startWebhookReceiver();
    await using server = await serverWith("one");
    const made = await post(server, "one", { url: receiver.url, search_term: "ubuntu" });

    server.list("one", [UBUNTU, DEBIAN]);
    await receiver.until(1);

    const [message] = receiver.received;
    const headers = Object.fromEntries(
      Object.entries(message?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const verified = new Webhook(made.json.secret).verify(message?.body ?? "", headers);
    const { json: journal } = await server.ask("/backends/one/changes?search_term=ubuntu");
    expect(verified).toMatchObject({
      type: "images.changed",
      data: { backend: { id: "one" }, changes: journal.changes },
    });
    expect(imageIds(receiver.received)).toEqual(["ami-1"]);
    expect(headers).toMatchObject({ "content-type": "application/json", "user-agent": "imagedex" });
    expect(() => new Webhook(SECRET).verify(message?.body ?? "", headers)).toThrow("No matching signature found");
  });

  test("are answered as they were put, and their secret only once", async () => {
    await using server = await serverWith("one");
    const search = { search_term: "ubuntu", architecture: "arm64", created_after: "2026-01-31", deprecated: false };

    const made = await post(server, "one", { url: "https://example.org/hook", ...search, kinds: ["added"] });
    const given = await post(server, "one", { url: "https://example.org/hook", secret: SECRET });
    const listed = await server.ask("/backends/one/webhooks");
    const one = await server.ask(String(made.headers["location"]));

    const { secret, ...rest } = made.json;
    expect(made.status).toBe(201);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rest).toEqual({
      id: expect.stringMatching(/^wh_[0-9a-f]{32}$/),
      backend_id: "one",
      url: "https://example.org/hook",
      ...search,
      match: "words",
      created_after: "2026-01-31T00:00:00.000Z",
      kinds: ["added"],
      state: "active",
      created_at: expect.any(String),
      failing_since: null,
      disabled_at: null,
      last_error: null,
    });
    expect(given.json).toMatchObject({
      secret: SECRET,
      search_term: "",
      kinds: ["added", "changed", "retired", "returned"],
    });
    expect(one.json).toEqual(rest);
    expect(new Set(listed.json.map(({ id }: { id: string }) => id))).toEqual(new Set([rest.id, given.json.id]));
    expect(listed.text).not.toContain("whsec_");
    const file = ["", "-wal"].map((end) => readFileSync(`${server.config.database}${end}`).toString("latin1")).join("");
    expect(file).toContain("https://example.org/hook");
    for (const kept of [secret, SECRET]) expect(file).not.toContain(kept.slice("whsec_".length));
  });

  test.each<[object | string, string, RegExp]>([
    [{}, "url", /expected an http or https address/],
    [{ url: "example.org" }, "url", /expected an http or https address/],
    [{ url: "ftp://example.org/" }, "url", /expected an http or https address/],
    [{ url: "https://user:pw@example.org/" }, "url", /without user, password/],
    [{ url: "https://example.org/#there" }, "url", /fragment/],
    [{ url: `https://example.org/${"x".repeat(2000)}` }, "url", /at most 2000/],
    [{ url: "http://169.254.169.254/" }, "url", /link-local/],
    [{ url: "http://[::ffff:a9fe:a9fe]/" }, "url", /link-local/],
    [{ url: 7 }, "url", /expected an http/],
    [{ url: "https://example.org", secret: "short" }, "secret", /expected whsec_ and 24 to 64 bytes/],
    [{ url: "https://example.org", secret: "whsec_c2hvcnQ=" }, "secret", /24 to 64 bytes/],
    [{ url: "https://example.org", secret: `${SECRET}!` }, "secret", /24 to 64 bytes/],
    [{ url: "https://example.org", kinds: [] }, "kinds", /one or more of/],
    [{ url: "https://example.org", kinds: "added" }, "kinds", /expected an array/],
    [{ url: "https://example.org", kinds: ["vanished"] }, "kinds", /expected one of added/],
    [{ url: "https://example.org", search_term: 1 }, "search_term", /expected text/],
    [{ url: "https://example.org", search_term: "x".repeat(1001) }, "search_term", /at most 1000/],
    [{ url: "https://example.org", created_after: "soon" }, "created_after", /ISO 8601/],
    [{ url: "https://example.org", family: "x" }, "family", /no such field/],
    [{ url: "https://example.org", starred: true }, "starred", /no such field/],
    ["[]", "", /expected a JSON object/],
  ])("refuse %j", async (body, parameter, detail) => {
    await using server = await serverWith("one");
    const answer = await post(server, "one", body);
    expect(answer.status).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json.parameter ?? "").toBe(parameter);
    expect(answer.json.detail).toMatch(detail);
    expect((await server.ask("/backends/one/webhooks")).json).toEqual([]);
  });

  test("are not more than a hundred for a backend", async () => {
    await using server = await serverWith("one");
    for (let n = 0; n < 100; n++) await post(server, "one", { url: "https://example.org/" });
    expect(await post(server, "one", { url: "https://example.org/" })).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining("100 webhooks already") },
    });
  });

  test("are their backend's alone, and go with it", async () => {
    await using server = await serverWith("one", "two");
    const { json } = await post(server, "one", { url: "https://example.org/" });
    const path = `/webhooks/${json.id}`;

    for (const [method, end] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/deliveries"],
      ["POST", "/test"],
    ] as const)
      expect([method, end, (await server.ask(`/backends/two${path}${end}`, { method })).status]).toEqual([
        method,
        end,
        404,
      ]);
    expect((await server.ask("/backends/three/webhooks")).status).toBe(404);
    expect((await post(server, "three", { url: "https://example.org/" })).status).toBe(404);
    expect((await server.ask("/backends/two/webhooks")).json).toEqual([]);
    expect((await server.ask("/backends/one", { method: "DELETE" })).status).toBe(204);
    await seedBackend(server.app.catalogue, "one");
    expect((await server.ask(`/backends/one${path}`)).status).toBe(404);
  });

  test("can be removed, once", async () => {
    await using server = await serverWith("one");
    const { json } = await post(server, "one", { url: "https://example.org/" });
    const remove = (): Promise<{ status: number }> =>
      server.ask(`/backends/one/webhooks/${json.id}`, { method: "DELETE" });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
  });

  test("are for admins only, looking too, and within the backends of their token", async () => {
    const [reader, admin, ofOne] = [
      "read-token-of-the-tests",
      "admin-token-of-the-tests",
      "admin-token-of-backend-one",
    ];
    const { tokens } = readConfig(undefined, {
      IMAGEDEX_TOKENS: `read:${reader} admin:${admin} admin@one:${ofOne}`,
      IMAGEDEX_SECRET_KEY: "k".repeat(32),
    });
    await using server = await serverWith("one", "two", { tokens });
    const ask = async (token: string, method: string, path: string): Promise<number> => {
      const body = method === "POST" ? { body: '{"url":"https://example.org/"}' } : {};
      return (await server.ask(path, { method, ...body, headers: { authorization: `Bearer ${token}` } })).status;
    };
    const url = "https://example.org/";
    const headers = { authorization: `Bearer ${admin}` };
    const made = await server.ask("/backends/one/webhooks", { method: "POST", body: JSON.stringify({ url }), headers });
    const path = `/backends/one/webhooks/${made.json.id}`;

    for (const [method, at] of [
      ["GET", "/backends/one/webhooks"],
      ["GET", "/backends/one/WEBHOOKS/"],
      ["POST", "/backends/one/webhooks"],
      ["GET", path],
      ["GET", `${path}/deliveries`],
      ["POST", `${path}/test`],
      ["DELETE", path],
    ] as const)
      expect([method, at, await ask(reader, method, at)]).toEqual([method, at, 403]);
    expect(await ask("a-token-that-nobody-has", "GET", path)).toBe(401);
    expect(await ask(ofOne, "GET", path)).toBe(200);
    for (const method of ["GET", "POST"]) expect(await ask(ofOne, method, "/backends/two/webhooks")).toBe(404);
  });

  test.each([
    ["PUT", "", "GET, HEAD, POST"],
    ["PUT", "/wh_1", "GET, HEAD, DELETE"],
    ["POST", "/wh_1/deliveries", "GET, HEAD"],
    ["GET", "/wh_1/test", "POST"],
  ])("take no %s at %s", async (method, path, allowed) => {
    await using server = await serverWith("one");
    const answer = await server.ask(`/backends/one/webhooks${path}`, { method });
    expect([answer.status, answer.headers["allow"]]).toEqual([405, allowed]);
  });
});

describe("deliveries", () => {
  test("are listed newest first, with how they went", async () => {
    await using receiver = await startWebhookReceiver();
    await using server = await serverWith("one");
    const { json: webhook } = await post(server, "one", { url: receiver.url });
    const path = `/backends/one/webhooks/${webhook.id}`;

    server.list("one", [UBUNTU]);
    await receiver.until(1);
    receiver.answer = () => ({ status: 503, headers: { "retry-after": "3600" } });
    server.list("one", []);
    await receiver.until(2);
    const listed = await eventually(
      () => server.ask(`${path}/deliveries`),
      ({ json }) => json[0].last_status === 503,
    );

    const [first, second] = receiver.received;
    expect(listed.json).toEqual([
      expect.objectContaining({
        id: second?.id,
        state: "pending",
        attempts: 1,
        last_error: "answered 503",
        changes: 1,
      }),
      {
        id: first?.id,
        type: "images.changed",
        state: "delivered",
        run_id: first?.json.data.run?.id,
        after: 0,
        until: 1,
        changes: 1,
        attempts: 1,
        created_at: expect.any(String),
        last_try: expect.any(String),
        next_try: null,
        last_status: 204,
        last_error: null,
      },
    ]);
    const { last_try: last, next_try: next } = listed.json[0];
    expect(Date.parse(next) - Date.parse(last)).toBeGreaterThanOrEqual(3_600_000);
    expect((await server.ask(path)).json).toMatchObject({
      state: "failing",
      failing_since: last,
      last_error: "answered 503",
    });
    expect((await server.ask(`${path}/deliveries?limit=1`)).json).toHaveLength(1);
    for (const [query, named] of [
      ["limit=0", "limit"],
      ["page=2", "page"],
    ] as const)
      expect((await server.ask(`${path}/deliveries?${query}`)).json).toMatchObject({ status: 400, parameter: named });
  });

  test("can be tried with a sample: what the webhook would tell, or nothing when there is nothing yet", async () => {
    await using receiver = await startWebhookReceiver();
    await using server = await serverWith("one");
    server.list("one", [UBUNTU, DEBIAN]);
    const { json: webhook } = await post(server, "one", { url: receiver.url, search_term: "ubuntu", secret: SECRET });
    const { json: idle } = await post(server, "one", { url: receiver.url, search_term: "gentoo" });
    const test = (id: string): ReturnType<TestServer["ask"]> =>
      server.ask(`/backends/one/webhooks/${id}/test`, { method: "POST" });

    const arrived = await test(webhook.id);
    receiver.answer = () => ({ status: 401 });
    const failed = await test(idle.id);

    expect(arrived).toMatchObject({
      status: 200,
      json: { type: "webhook.test", state: "delivered", last_status: 204 },
    });
    expect(failed.json).toMatchObject({ state: "failed", last_status: 401, last_error: "answered 401", attempts: 1 });
    expect(receiver.received.map(({ json }) => [json.type, json.data.changes.map(({ image: { id } }) => id)])).toEqual([
      ["webhook.test", ["ami-1"]],
      ["webhook.test", []],
    ]);
    expect(failed.json.id).toBe(receiver.received[1]?.id);
    expect((await server.ask(`/backends/one/webhooks/${idle.id}`)).json.state).toBe("active");
  });
});

interface SeededServer extends TestServer {
  list(backend: string, images: Parameters<typeof commitImages>[2]): void;
}

/** A server with these backends, each listed once with one image. */
async function serverWith(...parts: (string | Parameters<typeof startServer>[0])[]): Promise<SeededServer> {
  const overrides = parts.find((part) => typeof part === "object");
  const server = await startServer(overrides);
  const base = image("ami-0");
  const backends = new Map<string, Awaited<ReturnType<typeof seedBackend>>>();
  for (const id of parts.filter((part) => typeof part === "string")) {
    const backend = await seedBackend(server.app.catalogue, id);
    backends.set(id, backend);
    commitImages(server.app.catalogue, backend, [base]);
  }
  return {
    ...server,
    list(id, images) {
      const backend = backends.get(id);
      if (backend) commitImages(server.app.catalogue, backend, [base, ...images]);
    },
  };
}

function post(server: TestServer, backend: string, body: object | string): ReturnType<TestServer["ask"]> {
  return server.ask(`/backends/${backend}/webhooks`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Asks until the answer is as wanted: what follows a receiver's answer is written a moment later. */
async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
  }
  throw new Error("the answer did not come");
}
