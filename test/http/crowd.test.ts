import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { hashToken } from "../../src/access/access-token.ts";
import { connectionLimit } from "../../src/access/connection-limit.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const TOKENS = ["one", "two", "three"].map((who) => ({
  hash: hashToken(`${who}-token-of-the-tests`),
  scope: "read" as const,
}));
/** More than a connection takes when nobody reads. */
const MANY = Array.from({ length: 3000 }, (_, n) => image(`ami-${n}`, { extra: { filler: "x".repeat(8000) } }));
const FEW = { perHolder: 2, inAll: 3, waitMs: 20 };

test("whole lists that nobody reads are bounded by token and in all, and make room again", async () => {
  await using server = await startCrowded({ lists: FEW });
  const idle = [await openUnread(server, "one"), await openUnread(server, "one")];

  const third = await list(server, "one");
  const others = await list(server, "two", "?limit=5");
  idle.push(await openUnread(server, "two"));
  const fourth = await list(server, "three");
  const health = await server.ask("/healthz");
  for (const socket of idle) socket.destroy();
  const after = await untilAnswered(server, "one");

  expect(third).toMatchObject({
    status: 429,
    headers: { "retry-after": "5", "content-type": "application/problem+json; charset=utf-8" },
  });
  expect([others.status, health.status]).toEqual([200, 200]);
  expect(fourth).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(after.json).toHaveLength(MANY.length);
});

test("many lists at a time that are read all arrive, one after another", async () => {
  await using server = await startCrowded({ lists: { ...FEW, waitMs: 30_000 } });

  const answers = await Promise.all(Array.from({ length: 8 }, () => list(server, "one")));

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
});

test("a list that nobody reads is ended, and its place is another's", async () => {
  // Longer than a busy machine leaves one that reads without its turn.
  const stalledMs = 2_000;
  await using server = await startCrowded({ lists: { ...FEW, perHolder: 1, waitMs: 30_000, stalledMs } });

  const idle = await openUnread(server, "one");
  const next = await list(server, "one");
  idle.destroy();

  expect(next.json).toHaveLength(MANY.length);
});

test("large pages take places as well", async () => {
  await using server = await startCrowded({ lists: { ...FEW, perHolder: 1 } });
  const idle = await openUnread(server, "one", "?limit=3000");

  const next = await list(server, "one", "?limit=1001");
  const small = await list(server, "one", "?limit=1000&search_term=ami-1");
  idle.destroy();

  expect([next.status, small.status]).toEqual([429, 200]);
});

test("some handles are never given to connections", () => {
  const limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files            256     256     files\n";

  expect([connectionLimit(limits), connectionLimit(limits.replaceAll("256", "unlimited"))]).toEqual([128, undefined]);
  expect(connectionLimit()).toBeGreaterThanOrEqual(32);
});

test("one token takes some of the places for listeners, never all", async () => {
  await using server = await startCrowded({ listeners: { perHolder: 2, inAll: 3 } });
  const [first] = [await listen(server, "one"), await listen(server, "one")];

  const refused = await server.ask("/events", { headers: bearer("one") });
  await listen(server, "two");
  const full = await server.ask("/events", { headers: bearer("three") });

  expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
  expect(full).toMatchObject({ status: 503, headers: { "retry-after": "30" } });

  first?.destroy();
  for (let status = 429; status === 429;) {
    const again = await listen(server, "one");
    status = Number(/^HTTP\/1\.1 (\d+)/.exec(String(again.read() ?? ""))?.[1] ?? 200);
  }
});

test("a client that asks for much before it reads is refused after some answers, and others are not", async () => {
  await using server = await startCrowded({});
  const path = "/backends/one/images?limit=200";
  const asking = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer("one").authorization}\r\n\r\n`;
  const socket = connect(Number(new URL(server.server.url).port), "127.0.0.1");

  socket.write(asking.repeat(100));
  const read = await text(socket);
  const other = await server.ask(path, { headers: bearer("one") });

  const statuses = [...read.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
  expect(statuses).toEqual([...Array.from({ length: 8 }, () => "200"), "429"]);
  expect(other.status).toBe(200);
});

test("answers that nobody reads are bounded by token, and make room when their connections break", async () => {
  await using server = await startCrowded({ answers: { perHolder: 2 } });
  const idle = [await openUnread(server, "one", "?limit=1000"), await openUnread(server, "one", "?limit=1000")];

  const third = await list(server, "one", "?limit=1");
  const other = await list(server, "two", "?limit=1");
  for (const socket of idle) socket.destroy();
  const after = await untilAnswered(server, "one", "?limit=1");

  expect(third).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  expect([other.status, after.status]).toEqual([200, 200]);
});

async function startCrowded(tuning: Parameters<typeof startServer>[1]): Promise<TestServer> {
  const server = await startServer({ tokens: TOKENS, rateLimit: 0 }, tuning);
  const backend = await seedBackend(server.app.catalogue, "one");
  commitImages(server.app.catalogue, backend, MANY);
  return server;
}

/** Asks for a whole list and reads none of it beyond the first piece. */
async function openUnread(server: TestServer, who: string, query = ""): Promise<Socket> {
  return open(server, `/backends/one/images${query}`, who);
}

async function listen(server: TestServer, who: string): Promise<Socket> {
  return open(server, "/events", who);
}

async function open({ server }: TestServer, path: string, who: string): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer(who).authorization}\r\n\r\n`);
  await once(socket, "readable");
  return socket;
}

function list(server: TestServer, who: string, query = ""): ReturnType<TestServer["ask"]> {
  return server.ask(`/backends/one/images${query}`, { headers: bearer(who) });
}

async function untilAnswered(server: TestServer, who: string, query = ""): ReturnType<TestServer["ask"]> {
  for (;;) {
    const answer = await list(server, who, query);
    if (answer.status === 200) return answer;
  }
}

function bearer(who: string): { authorization: string } {
  return { authorization: `Bearer ${who}-token-of-the-tests` };
}
