import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getBackend } from "../../../src/record/backends.ts";
import { providerNames } from "../../../src/providers/registry.ts";
import { commitImages, image } from "../../catalogue/seed.ts";
import { type JsonServer, startJsonServer } from "../../fakes/json-server.ts";
import { type Answer, startServer, type TestServer } from "../start-server.ts";
import { type ApiDocument, type Contract, type PlacedOperation, readContract } from "./contract.ts";
import { type MadeRequest, oddRequest, validRequest } from "./requests.ts";
import { histories } from "../../histories.ts";

/** How much is sent. */
const BOUNDS = { ...histories(400), asyncReporter: report };

let server: TestServer;
let cloud: JsonServer;
let contract: Contract;

beforeAll(async () => {
  // A cloud that never answers: syncs that are begun stay under way, and nothing else is asked.
  cloud = await startJsonServer(() => ({ hang: true }));
  server = await startServer({}, { patience: { maxAttempts: 1 } });
  contract = readContract((await server.ask("/openapi.json")).json as ApiDocument);
  for (const id of ["test", "never", "spare"]) {
    const fields = { id, provider: "openstack", apiurl: cloud.url, apikey: "a", apisecret: "b", enabled: false };
    const body = JSON.stringify({ ...fields, tenant_name: id });
    expect((await server.ask("/backends", { method: "POST", body })).status).toBe(201);
  }
  const backend = getBackend(server.app.catalogue, "test");
  const ubuntu = image("ami-1", { name: "ubuntu-jammy-22.04", ownerId: "099720109477", architecture: "arm64" });
  commitImages(server.app.catalogue, backend, [ubuntu, image("gone")]);
  const others = [image("projects/p/global/images/i", { platform: "debian" }), image("nameless", { name: null })];
  commitImages(server.app.catalogue, backend, [ubuntu, ...others]);
  await server.app.search.caughtUp();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
});

test("whatever is asked, no answer is a fault, and each is as the document has it", async () => {
  const anyRequest = fc.constantFrom(...contract.operations).chain((operation) => oddRequest(operation, contract));
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(anyRequest, async (made) => {
      const sent = tame(made);
      const answer = await server.ask(sent.target, sent.options);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      hold(sent, answer);
    }),
    BOUNDS,
  );
  for (const status of [200, 400, 404, 405, 413, 415])
    expect([status, statuses.get(status)]).not.toEqual([status, undefined]);
});

test("what the document allows is not refused", async () => {
  // What a backend's fields must be together, its provider says.
  const others = contract.operations.filter(({ requestBody, method }) => !requestBody?.required && method !== "delete");
  const anyRequest = fc.constantFrom(...others).chain((operation) => validRequest(operation, contract));
  await fc.assert(
    fc.asyncProperty(anyRequest, async (made) => {
      const sent = tame(made);
      const answer = await server.ask(sent.target, sent.options);
      hold(sent, answer);
      // Not every cloud can be asked for what is new, and not every region has a backend.
      const isUnaskable = sent.target.includes("kind=probe") || answer.text.includes('"parameter":"region"');
      if (answer.status === 400 && !isUnaskable) throw new Error(answer.text);
    }),
    BOUNDS,
  );
});

test("whatever the fields of a backend, of any cloud, it is stored or refused", async () => {
  const field = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "eu-west-1",
      "a/b",
      "a b",
      "a.b.c",
      "http://[::1",
      "https://127.0.0.1:9/",
      "{}",
      '{"type":"x"}',
      "\0",
      "é",
    ),
    fc.webUrl(),
    fc.json({ maxDepth: 2 }),
  );
  const fields = fc.record(
    { region: field, apikey: field, apisecret: field, apiurl: field, tenant_name: field, title: field },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...providerNames()), fields, async (provider, given) => {
      // Not enabled and never asked for again: nothing is sent to where it leads.
      const body = JSON.stringify({ ...given, provider, enabled: false });
      const answer = await server.ask("/backends", { method: "POST", body });
      expect([201, 400]).toContain(answer.status);
      contract.judge(contract.operation("addBackend"), answer);
      if (answer.status === 201) await server.ask(String(answer.headers.location), { method: "DELETE" });
    }),
    { ...BOUNDS, ...histories(200) },
  );
});

test("and after all that it answers as before", async () => {
  const answer = await server.ask("/backends/test/images?search_term=jammy");
  expect(answer.json).toMatchObject([{ id: "ami-1" }]);
  expect((await server.ask("/readyz")).status).toBe(200);
});

/** Throws unless the answer is one that the document has for what was asked. */
function hold({ operationId, options: { method }, isKnownPath }: MadeRequest, answer: Answer): void {
  const { path } = contract.operation(operationId);
  const isHead = method === "HEAD";
  if (answer.status >= 500 && answer.status !== 503) throw new Error(`${answer.status}: ${answer.text}`);
  // Express answers OPTIONS by itself.
  if (method === "OPTIONS" && answer.status === 200 && answer.headers.allow) return;
  // Met by any request, and listed by none.
  if (answer.status === 421 || answer.status === 429) return contract.judgeAs(componentOf(answer), answer, { isHead });
  const asked = isHead ? "get" : method.toLowerCase();
  if (isKnownPath) {
    const meant = operationAt(path, asked) ?? operationAt(path.replace("/check", "/{backend}"), asked);
    if (meant) return contract.judge(meant, answer, { isHead });
    return judgeUnlisted(answer, isHead);
  }
  // With a slash in its places the path may be another one.
  const possible = contract.operations.filter((one) => one.method === asked);
  if (possible.some((one) => isHeld(() => contract.judge(one, answer, { isHead })))) return;
  judgeUnlisted(answer, isHead);
}

/** A problem of no operation: no path is called, or none by this method. */
function judgeUnlisted(answer: Answer, isHead: boolean): void {
  if (answer.status !== 405) return contract.judgeAs(componentOf(answer), answer, { isHead });
  if (!answer.headers.allow) throw new Error("405 without Allow");
  if (!isHead) contract.judgeValue("Problem", answer.json);
}

function operationAt(path: string, method: string): PlacedOperation | undefined {
  return contract.operations.find((one) => one.path === path && one.method === method);
}

/** The component that a problem is without an operation of its own. */
function componentOf({ status }: Answer): string {
  const names = new Map([
    [400, "BadRequest"],
    [404, "NotFound"],
    [413, "ContentTooLarge"],
    [415, "UnsupportedMediaType"],
    [421, "MisdirectedRequest"],
    [429, "TooManyRequests"],
  ]);
  return names.get(status) ?? String(status);
}

function isHeld(judge: () => void): boolean {
  try {
    judge();
    return true;
  } catch {
    return false;
  }
}

/** The request, but it ends, keeps what the others are about, and leads to no address but this machine's. */
function tame(made: MadeRequest): MadeRequest {
  const { operationId, target, options } = made;
  const [path = ""] = target.split("?");
  const isBackend = /^\/backends\/[^/]+$/.test(path);
  if (operationId === "followEvents" && options.method === "GET")
    return { ...made, options: { ...options, method: "HEAD" } };
  const keeps = isBackend && ["PUT", "DELETE"].includes(options.method);
  const spared = keeps ? target.replace(/^\/backends\/(test|never)/, "/backends/spare") : target;
  const sent =
    keeps && options.method === "DELETE" ? spared.replace(/^\/backends\/spare/, "/backends/nowhere") : spared;
  const writes = isBackend || path === "/backends";
  const body = writes && options.body !== undefined ? tameFields(options.body, path.endsWith("/check")) : options.body;
  return { ...made, target: sent, options: { ...options, ...(body !== undefined && { body }) } };
}

/** Clouds that ask nobody but their `apiurl`. */
const SAFE = ["openstack", "cloudstack", "proxmox", "incus", "vsphere"];
const ADDRESSES = ["http://[::1", "nowhere", "file:///etc/passwd", "http://a:b@127.0.0.1:9", "http://169.254.169.254/"];

function tameFields(body: string, isCheck: boolean): string {
  // What is nested so deeply cannot be written again, and is no backend.
  const fields = body.length > 10_000 ? undefined : parsed(body);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return body;
  const { provider, apiurl = null, enabled = false, ...others } = fields as Record<string, unknown>;
  const named = typeof provider === "string" && providerNames().includes(provider);
  const leads = apiurl === null || typeof apiurl === "string";
  const length = leads ? (apiurl?.length ?? 0) : 0;
  const address = length % 3 === 1 ? ADDRESSES[length % ADDRESSES.length] : undefined;
  return JSON.stringify({
    ...others,
    ...(provider !== undefined && { provider: named ? SAFE[provider.length % SAFE.length] : provider }),
    apiurl: leads ? (address ?? (isCheck ? "http://127.0.0.1:9" : cloud.url)) : apiurl,
    enabled: typeof enabled === "boolean" ? false : enabled,
  });
}

/** Bodies are long: what is said of a failure is cut. */
async function report<T>(run: fc.RunDetails<T>): Promise<void> {
  const said = (await fc.asyncDefaultReportMessage(run)) ?? "";
  if (run.failed) throw new Error(said.slice(0, 2_000), { cause: run.errorInstance });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
