import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** A server that requests are passed on to. */
export interface BalancedNode {
  readonly name: string;
  readonly url: string;
}

/** A balancer that listens. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
}

/** Whether a node is ready is asked this often, and waited for so long. */
const LOOK_MS = 500;
/** Longer than clients keep connections that they do not use. */
const KEEP_ALIVE_MS = 75_000;
const LOOK_TIMEOUT_MS = 2_000;
/** A busy machine may miss one look. */
const FAILED_LOOKS = 2;
/** More requests than these wait for a connection to their node. */
const CONNECTIONS_OF_NODE = 64;
const MOST_CLIENTS = 512;
const PER_CONNECTION = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);

/** A node as the balancer sees it. */
interface KnownNode extends BalancedNode {
  readonly agent: Agent;
  isReady: boolean;
  /** Looks in a row that failed. */
  failed: number;
}

/**
 * Passes requests on to nodes that say they are ready (GET /readyz), in turn. A read that a node did not answer, or answered with 502
 * or 503, is sent to another one, once. Answers say in X-Served-By whose they are.
 */
export async function startBalancer(given: readonly BalancedNode[], port = 0): Promise<Balancer> {
  const nodes: KnownNode[] = given.map((node) => ({
    ...node,
    agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS_OF_NODE }),
    isReady: false,
    failed: 0,
  }));
  await Promise.all(nodes.map(look));
  const looking = setInterval(() => void Promise.all(nodes.map(look)), LOOK_MS);
  let turn = 0;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    const ready = nodes.filter(({ isReady }) => isReady);
    const at = turn++ % Math.max(1, ready.length);
    pass(req, res, [...ready.slice(at), ...ready.slice(0, at)].slice(0, isRepeatable(req) ? 2 : 1));
  });
  server.maxConnections = MOST_CLIENTS;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`,
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      server.close();
      server.closeAllConnections();
      for (const { agent } of nodes) agent.destroy();
      if (server.listening) await once(server, "close");
    },
  };
}

async function look(node: KnownNode): Promise<void> {
  const isReady = await fetch(`${node.url}/readyz`, { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.ok;
    },
    () => false,
  );
  node.failed = isReady ? 0 : node.failed + 1;
  if (isReady) node.isReady = true;
  if (!node.isReady || node.failed < FAILED_LOOKS) return;
  node.isReady = false;
  // What waits for one that is frozen goes to another.
  node.agent.destroy();
}

/** A body is sent on as it comes, and so only once. */
function isRepeatable({ method = "", headers }: IncomingMessage): boolean {
  return ["GET", "HEAD"].includes(method) && !("content-length" in headers) && !("transfer-encoding" in headers);
}

/** Asks the first of the nodes, then the next. */
function pass(req: IncomingMessage, res: ServerResponse, [node, ...others]: readonly KnownNode[]): void {
  if (!node) return refuse(res);
  const { hostname, port } = new URL(node.url);
  const passed = { hostname, port, path: req.url, method: req.method, headers: ownHeaders(req.headers) };
  const out = request({ ...passed, agent: node.agent });
  const leave = (): void => void out.destroy();
  res.once("close", leave);
  const next = (): void => {
    res.off("close", leave);
    pass(req, res, others);
  };
  out.on("response", (answer) => {
    const status = answer.statusCode ?? 502;
    if ((status === 502 || status === 503) && others.length > 0) {
      answer.resume();
      return next();
    }
    res.writeHead(status, { ...ownHeaders(answer.headers), "x-served-by": node.name });
    pipeline(answer, res, () => undefined);
  });
  out.on("error", () => {
    if (res.headersSent || res.destroyed) return void res.destroy();
    node.isReady = false;
    next();
  });
  if (isRepeatable(req)) out.end();
  else pipeline(req, out, () => undefined);
}

function ownHeaders(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_CONNECTION.has(name)));
}

function refuse(res: ServerResponse): void {
  res.writeHead(502, { "content-type": "application/problem+json" });
  res.end(
    JSON.stringify({ type: "about:blank", title: "Bad Gateway", status: 502, detail: "no node answers; try again" }),
  );
}
