import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type BalancedNode, type Balancer, startBalancer } from "../../src/demo/cluster/balancer.ts";
import { ask } from "../http/start-server.ts";

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

interface StubNode extends BalancedNode {
  readonly server: Server;
  readonly asked: string[];
  isReady: boolean;
  isFrozen: boolean;
}

/** A node that answers as it is told, and notes what it was asked. */
async function startNode(name: string, answer: RequestListener): Promise<StubNode> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    if (node.isFrozen) return;
    if (req.url === "/readyz") return void res.writeHead(node.isReady ? 200 : 503).end();
    asked.push(`${req.method} ${req.url}`);
    answer(req, res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const node = { name, url, server, asked, isReady: true, isFrozen: false };
  opened.push({
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  });
  return node;
}

async function balance(...nodes: readonly StubNode[]): Promise<Balancer> {
  const balancer = await startBalancer(nodes);
  opened.push(balancer);
  return balancer;
}

const fine: RequestListener = (req, res) =>
  void req.pipe(res.writeHead(200, { "x-of": "a node", "set-cookie": ["a=1", "b=2"] }));
const busy: RequestListener = (_, res) => void res.writeHead(503, { "retry-after": "5" }).end("busy");
const broken: RequestListener = (req) => void req.socket.destroy();

test("requests go to each node in turn, with their bodies and headers, and answers say whose they are", async () => {
  const { url } = await balance(await startNode("one", fine), await startNode("two", fine));

  const answers = [
    await ask(url, "/a//b?c=%20", { method: "POST", body: "x" }),
    await ask(url, "/", { method: "POST", body: "y" }),
  ];

  expect(answers.map(({ text, headers }) => [text, headers["x-served-by"]])).toEqual([
    ["x", "one"],
    ["y", "two"],
  ]);
  expect(answers[0]?.headers).toMatchObject({ "x-of": "a node", "set-cookie": ["a=1", "b=2"] });
});

test.each([
  ["503", busy],
  ["a broken connection", broken],
])("a read that a node answers with %s goes to another one, once; a change does not", async (_, answer) => {
  const [bad, good] = [await startNode("bad", answer), await startNode("good", fine)];
  const { url } = await balance(bad, good);

  const reads = [await ask(url, "/1"), await ask(url, "/2")];
  await delay(600);
  const changes = [await ask(url, "/3", { method: "POST" }), await ask(url, "/4", { method: "POST" })];

  expect(reads.map(({ status }) => status)).toEqual([200, 200]);
  expect(bad.asked.filter((asked) => asked.startsWith("GET")).length).toBeGreaterThan(0);
  expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([200, answer === busy ? 503 : 502]));
});

test("a node that is not ready is not asked, and comes back; without any the answer is 502", async () => {
  const [one, two] = [await startNode("one", fine), await startNode("two", fine)];
  one.isReady = false;
  const { url } = await balance(one, two);

  await ask(url, "/1");
  await ask(url, "/2");
  two.isReady = false;
  await delay(1_700);
  const none = await ask(url, "/3");
  one.isReady = true;
  await delay(1_700);
  const back = await ask(url, "/4");

  expect([one.asked, two.asked]).toEqual([["GET /4"], ["GET /1", "GET /2"]]);
  expect([none.status, none.json.detail]).toEqual([502, "no node answers; try again"]);
  expect(back.headers["x-served-by"]).toBe("one");
});

test("a read that waits for a frozen node goes to another one as soon as that is noticed", async () => {
  const [one, two] = [await startNode("one", fine), await startNode("two", fine)];
  const { url } = await balance(one, two);
  one.isFrozen = true;

  const answers = await Promise.all([ask(url, "/1"), ask(url, "/2")]);

  expect(answers.map(({ status, headers }) => [status, headers["x-served-by"]])).toEqual([
    [200, "two"],
    [200, "two"],
  ]);
});
