import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  createJsonClient,
  type JsonClient,
  type JsonClientOptions,
} from "../../../src/providers/transport/http/json-client.ts";
import { isStatus, THROTTLED } from "../../../src/providers/transport/http/judge-status.ts";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "../../fakes/json-server.ts";
import { failureOf, textOf } from "../failure-of.ts";

const OK: FakeAnswer = { json: { ok: true }, headers: { "x-served-by": "fake" } };

describe("json client", () => {
  test("sends method, headers and JSON, and answers status, headers and JSON", async () => {
    await using server = await startJsonServer(() => ({ ...OK, status: 201 }));
    await using client = clientOf();

    const answer = await client.send({
      method: "POST",
      url: new URL("/tokens?a=1", server.url),
      headers: { "x-auth-token": "t" },
      body: { name: "kim" },
    });

    expect(answer).toMatchObject({ status: 201, body: { ok: true } });
    expect(answer.header("X-Served-By")).toBe("fake");
    expect(answer.header("X-Other")).toBeNull();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/tokens", body: { name: "kim" } });
    expect(request?.query.get("a")).toBe("1");
    expect(request?.headers).toMatchObject({ accept: "application/json", "x-auth-token": "t" });
  });

  test("takes no content for an answer without a body", async () => {
    await using server = await startJsonServer(() => ({ status: 204 }));
    await using client = clientOf();

    expect(await client.send({ method: "DELETE", url: new URL(server.url) })).toMatchObject({
      status: 204,
      body: null,
    });

    expect(server.requests).toMatchObject([{ method: "DELETE" }]);
  });

  test("sends a form", async () => {
    await using server = await startJsonServer(() => OK);
    await using client = clientOf();

    await client.send({ method: "POST", url: new URL(server.url), form: { grant_type: "a b", secret: "1+1=&" } });

    expect(server.requests).toMatchObject([{ method: "POST", body: { grant_type: "a b", secret: "1+1=&" } }]);
    expect(server.requests[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  test("lets a request judge refusals itself, and leaves to the status what it does not judge", async () => {
    await using server = await startJsonServer(inTurn([{ status: 400, json: { code: "Slow" } }, { status: 403 }]));
    await using client = clientOf();
    const url = new URL(server.url);

    const error = await failureOf(
      client.send({ url, judge: ({ status, body }) => (status === 400 && body.includes("Slow") ? THROTTLED : null) }),
    );

    expect(error.reason).toBe("forbidden");
    expect(server.requests).toHaveLength(2);
  });

  test.each([429, 500, 502, 503, 504])("tries again after %i, and counts every try once", async (status) => {
    await using server = await startJsonServer(inTurn([{ status }, { status }, OK]));
    await using client = clientOf();

    const answer = await get(client, server);

    expect(answer.body).toEqual({ ok: true });
    expect(client.takeCalls()).toBe(3);
    expect(client.takeCalls()).toBe(0);
  });

  test("tries again when the connection breaks before and within an answer", async () => {
    await using server = await startJsonServer(inTurn([{ json: {}, cut: true }, { ...OK, cut: true }, OK]));
    await using client = clientOf();

    expect((await get(client, server)).body).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 501])("asks once when the answer is %i", async (status) => {
    await using server = await startJsonServer(() => ({ status, json: {} }));
    await using client = clientOf();

    const error = await failureOf(get(client, server));

    expect(isStatus(error, status)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test("gives up after the set number of tries, waiting longer each time", async () => {
    const waits: number[] = [];
    await using server = await startJsonServer(() => ({ status: 503 }));
    await using client = clientOf({ timing: { sleep: async (ms) => waits.push(ms), random: () => 0.999 } });

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(/^cloud here: GET http:\/\/127\.0\.0\.1:\d+\/x: answered 503, .*\(tried 5 times\)$/);
    expect(waits.map(Math.round)).toEqual([500, 1000, 1999, 3998]);
  });

  test("does not wait for a Retry-After beyond its patience", async () => {
    await using server = await startJsonServer(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    await using client = clientOf();

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("throttled");
    expect(error.message).toContain("Retry-After: 3600");
    expect(server.requests).toHaveLength(1);
  });

  test("waits until the date that a Retry-After names", async () => {
    const waits: number[] = [];
    const now = Date.parse("2026-01-02T03:04:05Z");
    await using server = await startJsonServer(
      inTurn([{ status: 503, headers: { "retry-after": "Fri, 02 Jan 2026 03:04:15 GMT" } }, OK]),
    );
    await using client = clientOf({
      timing: { sleep: async (ms) => waits.push(ms), random: () => 0, now: () => now },
    });

    await get(client, server);

    expect(waits).toEqual([10_000]);
  });

  test("refuses an answer beyond the size limit, without trying again", async () => {
    await using server = await startJsonServer(() => ({ json: "x".repeat(10_000) }));
    await using client = clientOf({ maxAnswerBytes: 10_000 });

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(/longer than 10000 bytes/);
    expect(server.requests).toHaveLength(1);
  });

  test("says what came when it is not JSON", async () => {
    await using server = await startJsonServer(() => ({ html: "<html>\n  <p>Log in</p>" }));
    await using client = clientOf();

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toMatch(/expected JSON, got text\/html; charset=UTF-8: <html> <p>Log in<\/p>$/);
  });

  test.each([
    { what: "JSON that ends too early", text: '{"images": [' },
    { what: "nothing", text: "" },
    { what: "bytes packed though nobody asked", text: gzipSync("{}").toString("latin1") },
  ])("refuses $what", async ({ text }) => {
    await using server = await startJsonServer(() => ({ html: text, headers: { "content-type": "application/json" } }));
    await using client = clientOf();

    expect((await failureOf(get(client, server))).reason).toBe("invalid-answer");
  });

  test.each([
    { what: "brackets alone", text: "[".repeat(2_000_000), says: "nested more than 100000 levels deep" },
    { what: "nothing a million times", text: `[${"0,".repeat(1_000_000)}0]`, says: "more than 500000 members" },
    {
      what: "nothing under a million names",
      text: `{${'"":0,'.repeat(600_000)}"":0}`,
      says: "more than 500000 members",
    },
  ])("refuses $what before it takes all memory", async ({ text, says }) => {
    await using server = await startJsonServer(() => ({ html: text }));
    await using client = clientOf();

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toContain(says);
  });

  test("reads a long answer whose texts hold brackets, commas, quotes and backslashes", async () => {
    const texts = [",".repeat(600_000), "[{".repeat(300_000), '\\"'.repeat(100_000), "\\".repeat(100_001)];
    await using server = await startJsonServer(() => ({ json: { texts } }));
    await using client = clientOf();

    expect((await get(client, server)).body).toEqual({ texts });
  });

  test("reads JSON that starts with a byte order mark", async () => {
    await using server = await startJsonServer(() => ({ html: '\uFEFF{"ok":true}' }));
    await using client = clientOf();

    expect((await get(client, server)).body).toEqual({ ok: true });
  });

  test("gives up on a server that does not answer in time", async () => {
    await using server = await startJsonServer(() => ({ hang: true }));
    await using client = clientOf({ timing: { timeoutMs: 500, tries: 2, sleep: async () => {} } });

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(/timeout.*tried 2 times/);
    expect(server.requests).toHaveLength(2);
  });

  test("says that nobody listens, after as many tries", async () => {
    await using client = clientOf();
    const port = await closedPort();

    const error = await failureOf(client.send({ url: new URL(`http://127.0.0.1:${port}/`) }));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toMatch(
      /: connect ECONNREFUSED [\d.:]+; nothing listens there: check address and port.*tried 5 times/,
    );
  });

  test("says that a name leads nowhere, at once", async () => {
    await using client = clientOf();

    const error = await failureOf(client.send({ url: new URL("http://nowhere.invalid/") }));

    expect(error.reason).toBe("unreachable");
    expect(error.message).toContain("nowhere.invalid");
  });

  test("says that a server speaks no TLS", async () => {
    await using server = await startJsonServer(() => OK);
    await using client = clientOf();

    const error = await failureOf(client.send({ url: new URL(server.url.replace("http:", "https:")) }));

    expect(error.reason).toBe("unreachable");
    expect(server.requests).toEqual([]);
  });
});

describe("json client, redirected", () => {
  test("follows within the same origin, and counts the step", async () => {
    await using server = await startJsonServer(({ path }) =>
      path === "/x" ? { status: 308, headers: { location: "/x/" } } : OK,
    );
    await using client = clientOf();

    expect((await get(client, server)).body).toEqual({ ok: true });
    expect(client.takeCalls()).toBe(2);
  });

  test("takes no token to another origin, and says where it was sent", async () => {
    await using other = await startJsonServer(() => OK);
    await using server = await startJsonServer(() => ({
      status: 302,
      headers: { location: `${other.url}/y?token=z` },
    }));
    await using client = clientOf();

    const error = await failureOf(get(client, server));

    expect(error.reason).toBe("invalid-answer");
    expect(error.message).toContain(`redirects to ${other.url}/y;`);
    expect(other.requests).toEqual([]);
  });

  test("does not send a body a second time because of a redirect", async () => {
    await using server = await startJsonServer(() => ({ status: 307, headers: { location: "/y" } }));
    await using client = clientOf();

    const error = await failureOf(client.send({ method: "POST", url: new URL("/x", server.url), body: {} }));

    expect(error.reason).toBe("invalid-answer");
    expect(server.requests).toHaveLength(1);
  });

  test("does not go round in circles", async () => {
    await using server = await startJsonServer(() => ({ status: 302, headers: { location: "/x" } }));
    await using client = clientOf();

    expect((await failureOf(get(client, server))).reason).toBe("invalid-answer");
    expect(server.requests).toHaveLength(6);
  });
});

describe("json client, aborted", () => {
  test("asks nothing when it was before the start", async () => {
    await using server = await startJsonServer(() => OK);
    await using client = clientOf({ signal: AbortSignal.abort() });

    await expect(get(client, server)).rejects.toMatchObject({ name: "AbortError", message: "the listing was aborted" });
    expect(server.requests).toEqual([]);
  });

  test("rejects with an AbortError whatever the reason given, in the midst of a request", async () => {
    const controller = new AbortController();
    await using server = await startJsonServer(() => {
      controller.abort(new Error("SIGTERM"));
      return { hang: true };
    });
    await using client = clientOf({ signal: controller.signal });

    await expect(get(client, server)).rejects.toMatchObject({ name: "AbortError", cause: new Error("SIGTERM") });
  });

  test("ends a wait between two tries", async () => {
    const controller = new AbortController();
    await using server = await startJsonServer(() => {
      setImmediate(() => controller.abort());
      return { status: 429, headers: { "retry-after": "200" } };
    });
    await using client = createJsonClient({ ...DEFAULTS, signal: controller.signal });

    await expect(get(client, server)).rejects.toMatchObject({ name: "AbortError" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("json client, keeping secrets", () => {
  const secret = 'k+/="ü y';

  test("blots them out of what a server echoes, however it is written", async () => {
    await using server = await startJsonServer(() => ({
      status: 400,
      json: { raw: secret, url: encodeURIComponent(secret), late: "later-token" },
    }));
    await using client = clientOf({ secrets: [secret] });
    client.hide("later-token");

    const error = await failureOf(get(client, server));

    expect(error.message.match(/\[secret\]/g)).toHaveLength(3);
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret), "later-token"]) {
      expect(textOf(error)).not.toContain(form);
    }
  });

  test("leaves no half of one at the end of an excerpt", async () => {
    await using server = await startJsonServer(() => ({ status: 400, html: `${"x".repeat(195)}later-token` }));
    await using client = clientOf({ secrets: ["later-token"] });

    expect(textOf(await failureOf(get(client, server)))).not.toContain("later");
  });

  test("quotes no answer that breaks HTTP", async () => {
    const server = createServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nbad header\r\nX-Token: later-token\r\n\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await using client = clientOf({ secrets: ["later-token"] });
    const { port } = server.address() as AddressInfo;

    const error = await failureOf(client.send({ url: new URL(`http://127.0.0.1:${port}/`) }));
    server.close();

    expect(textOf(error)).not.toContain("later-token");
  });

  test("blots them out of what an adapter says", () => {
    const error = clientOf({ secrets: [secret] }).error("invalid-answer", `the next page is not a URL: ${secret}`);

    expect(error.message).toBe("cloud here: the next page is not a URL: [secret]");
  });

  test("keeps messages short, whatever a server sends", () => {
    const error = clientOf().error("invalid-answer", "x".repeat(1_000_000));

    expect(error.message.length).toBeLessThan(1100);
  });
});

describe("json client, kept from link-local addresses", () => {
  test.each(["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "2852039166", "[fd00:ec2::254]"])(
    "does not connect to %s",
    async (host) => {
      await using client = clientOf();

      const error = await failureOf(client.send({ url: new URL(`http://${host}/latest/meta-data`) }));

      expect(error.reason).toBe("refused-address");
      expect(client.takeCalls()).toBe(0);
    },
  );

  test("does not connect to a name that leads to one, not even when another of its addresses is harmless", async () => {
    await using server = await startJsonServer(() => OK);
    const port = new URL(server.url).port;
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ];
    await using client = clientOf({ resolve: (_name, _options, done) => done(null, addresses) });

    const error = await failureOf(client.send({ url: new URL(`http://metadata.example.org:${port}/`) }));

    expect(error.reason).toBe("refused-address");
    expect(error.message).toContain("metadata.example.org (169.254.169.254) is a link-local address");
    expect(server.requests).toEqual([]);
  });

  test("connects to names that lead elsewhere", async () => {
    await using server = await startJsonServer(() => OK);
    const port = new URL(server.url).port;
    await using client = clientOf({
      resolve: (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
    });

    const answer = await client.send({ url: new URL(`http://keystone.example.org:${port}/`) });

    expect(answer.body).toEqual({ ok: true });
    expect(server.requests[0]?.headers.host).toBe(`keystone.example.org:${port}`);
  });

  test("does not follow a redirect to one", async () => {
    await using server = await startJsonServer(() => ({
      status: 302,
      headers: { location: "http://169.254.169.254/" },
    }));
    await using client = clientOf();

    expect((await failureOf(get(client, server))).reason).toBe("invalid-answer");
  });
});

const DEFAULTS = {
  provider: "cloud",
  scope: "here",
  limits: { allowLinkLocal: false },
  signal: new AbortController().signal,
};

function clientOf(options: Partial<JsonClientOptions> = {}): JsonClient {
  return createJsonClient({ ...DEFAULTS, timing: { sleep: async () => {} }, ...options });
}

function get(client: JsonClient, server: JsonServer): ReturnType<JsonClient["send"]> {
  return client.send({ url: new URL("/x", server.url) });
}

/** The answers one after the other, the last one for ever. */
function inTurn(answers: readonly FakeAnswer[]): (request: SeenRequest) => FakeAnswer {
  let asked = 0;
  return () => answers[Math.min(asked++, answers.length - 1)] ?? {};
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
