import { expect, test } from "vitest";
import { hashToken } from "../../src/access/access-token.ts";
import { createBoundedCounts } from "../../src/access/bounded-counts.ts";
import { startServer, type TestServer } from "./start-server.ts";

const TOKENS = [
  { hash: hashToken("one-token-of-the-tests"), scope: "read" },
  { hash: hashToken("two-token-of-the-tests"), scope: "read" },
] as const;

test("each token may ask so often a minute; then it is told when to ask again", async () => {
  await using server = await startServer({ tokens: TOKENS, rateLimit: 3 });

  const answers = [];
  while (answers.length < 4) answers.push(await server.ask("/backends", { headers: bearer("one") }));
  const [first, , , last] = answers;

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(first?.headers).toMatchObject({
    ratelimit: expect.stringMatching(/^"3-in-1min"; r=2; t=\d+$/),
    "ratelimit-policy": expect.stringMatching(/^"3-in-1min"; q=3; w=60; pk=:[\w=]+:$/),
  });
  expect(last?.headers).toMatchObject({
    "content-type": "application/problem+json; charset=utf-8",
    "retry-after": expect.stringMatching(/^\d+$/),
    ratelimit: expect.stringMatching(/^"3-in-1min"; r=0; t=\d+$/),
  });
  expect(last?.json).toMatchObject({ status: 429, title: "Too Many Requests", instance: "/backends" });
  expect(JSON.stringify(answers.map(({ headers }) => headers))).not.toContain(TOKENS[0].hash.toString("hex"));
  expect((await server.ask("/backends", { headers: bearer("two") })).status).toBe(200);
  // Whoever watches the process is not kept from it.
  expect((await server.ask("/healthz")).status).toBe(200);
});

test("a session counts as its token", async () => {
  await using server = await startServer({ tokens: TOKENS, rateLimit: 3 });
  const body = JSON.stringify({ token: "one-token-of-the-tests" });
  const login = await server.ask("/session", { method: "POST", body });
  const cookie = login.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

  const statuses = [await status(server, { cookie }), await status(server, bearer("one"))];
  expect([...statuses, await status(server, { cookie }), await status(server, { cookie })]).toEqual([
    200, 200, 200, 429,
  ]);
});

test("an address without a token that lets in is refused sixty times a minute, then sent away", async () => {
  await using server = await startServer({ tokens: TOKENS });

  const refused = await Promise.all(Array.from({ length: 61 }, () => status(server, bearer("no"))));

  expect(refused.filter((code) => code === 401)).toHaveLength(60);
  expect(refused.filter((code) => code === 429)).toHaveLength(1);
  expect([await status(server, {}), await status(server, bearer("one"))]).toEqual([429, 200]);
});

test("addresses are told apart by what a trusted proxy says, and a whole IPv6 network is one", async () => {
  await using trusting = await startServer({ tokens: TOKENS, rateLimit: 2, trustedProxies: ["loopback"] });
  await using wary = await startServer({ tokens: TOKENS, rateLimit: 2 });
  const from = (address: string): Record<string, string> => ({ "x-forwarded-for": address });
  const ask = async (server: TestServer, ...addresses: string[]): Promise<number[]> => {
    const statuses: number[] = [];
    for (const address of addresses) statuses.push(await status(server, from(address)));
    return statuses;
  };

  expect(await ask(trusting, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2")).toEqual([401, 401, 429, 401]);
  expect(await ask(trusting, "2001:db8::1", "2001:db8::2", "2001:db8:0:1::3", "2001:db9::1")).toEqual([
    401, 401, 429, 401,
  ]);
  expect(await ask(wary, "192.0.2.1", "192.0.2.2", "192.0.2.3")).toEqual([401, 401, 429]);
});

test("who needs no token is counted only where the setting says so", async () => {
  await using usual = await startServer();
  await using strict = await startServer({ rateLimit: 2 });
  await using free = await startServer({ tokens: TOKENS, rateLimit: 0 });

  expect((await usual.ask("/backends")).headers).not.toHaveProperty("ratelimit");
  expect((await free.ask("/backends", { headers: bearer("one") })).headers).not.toHaveProperty("ratelimit");
  expect([await status(strict, {}), await status(strict, {}), await status(strict, {})]).toEqual([200, 200, 429]);
});

test("no more than so many are counted: who was counted longest is forgotten", async () => {
  const counts = createBoundedCounts({ most: 2, windowMs: 60_000 });
  const hits = async (key: string): Promise<number> => (await counts.increment(key)).totalHits;

  expect([await hits("a"), await hits("b"), await hits("a"), await hits("c")]).toEqual([1, 1, 2, 1]);
  expect([await hits("b"), await hits("c"), await hits("a")]).toEqual([2, 2, 1]);
});

function bearer(who: string): Record<string, string> {
  return { authorization: `Bearer ${who}-token-of-the-tests` };
}

async function status(server: TestServer, headers: Record<string, string>): Promise<number> {
  return (await server.ask("/backends", { headers })).status;
}
