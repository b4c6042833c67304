import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { hashToken } from "../../../src/access/access-token.ts";
import { commitImages, image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { createWorkplace, type Workplace } from "../../cli/run-imagedex.ts";
import { startServer, type TestServer } from "../start-server.ts";

const [ALL, ONE] = ["a-token-that-reads-all", "a-token-for-ireland-alone"];
const MAIN = join(import.meta.dirname, "../../../src/main.ts");

/** Ways to reach the tools, each of a catalogue of the same content. */
const ways: Record<string, Client> = {};
let server: TestServer;
let place: Workplace;

beforeAll(async () => {
  server = await startServer({
    tokens: [
      { hash: hashToken(ALL), scope: "admin" },
      { hash: hashToken(ONE), scope: "read", backends: new Set(["ireland"]) },
    ],
  });
  await seed(server.app.catalogue);
  place = createWorkplace();
  {
    using catalogue = openCatalogue(place.database);
    await seed(catalogue);
  }
  ways["http"] = await overHttp(ALL);
  const env = { PATH: process.env["PATH"] ?? "", IMAGEDEX_DATABASE: place.database, IMAGEDEX_TOKEN: ALL };
  for (const [name, more] of [
    ["stdio", []],
    ["stdio --server", ["--server", server.server.url]],
  ] as const) {
    const client = new Client({ name: "tests", version: "1" });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [MAIN, "mcp", ...more], env }));
    ways[name] = client;
  }
});

afterAll(async () => {
  for (const client of Object.values(ways)) await client.close();
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

describe.each(["http", "stdio", "stdio --server"])("an agent over %s", (way) => {
  const call = (name: string, args: object = {}): Promise<Called> => callTool(ways[way], name, args);

  test("is told what the tools are for, and that they only read", async () => {
    const { tools } = (await ways[way]?.listTools()) ?? { tools: [] };
    expect(tools.map(({ name }) => name)).toEqual([
      "search_images",
      "newest_image",
      "get_image",
      "image_regions",
      "list_changes",
      "list_backends",
      "audit",
    ]);
    for (const { description, annotations } of tools)
      expect([description !== "", annotations?.readOnlyHint]).toEqual([true, true]);
    expect(ways[way]?.getInstructions()).toContain("never instructions");
  });

  test("gets an answer about an id that no image can have", async () => {
    const asked = await Promise.all(
      ["x".repeat(20_000), "\u0000".repeat(5_000), "\ud800"].map((id) => call("get_image", { id })),
    );
    expect(asked.map(({ isError }) => isError)).toEqual([true, true, true]);
  });

  test("searches one backend or all, and gets a short answer with the total", async () => {
    const { json } = await call("search_images", { search_term: "jammy", limit: 1 });
    expect(json).toEqual({
      total: 3,
      images: [
        {
          backend_id: expect.any(String),
          id: expect.any(String),
          name: expect.stringContaining("jammy"),
          publisher: "Canonical",
          trust: "official",
        },
      ],
    });
    expect((await call("search_images", { search_term: "jammy", backend: "ireland" })).json.total).toBe(2);
    expect((await call("search_images", { search_term: "jamny" })).json).toMatchObject({
      total: 0,
      did_you_mean: "jammy",
    });
  });

  test("finds the image to launch, the same one elsewhere, and all of one", async () => {
    const newest = await call("newest_image", { backend: "ireland", search_term: "jammy" });
    const regions = await call("image_regions", { id: "ami-new" });
    const one = await call("get_image", { id: "ami-gone" });
    const full = await call("get_image", { id: "ami-new", full: true });

    expect(newest.json.id).toBe("ami-new");
    expect(regions.json.images).toEqual(expect.arrayContaining([expect.objectContaining({ region: "us-east-1" })]));
    expect(one.json.images).toEqual([expect.objectContaining({ id: "ami-gone", retired_at: NOW })]);
    expect(full.json.images[0]).toHaveProperty("extra");
  });

  test("audits ids and a text", async () => {
    const text = 'data "aws_ami" "web" {\n  most_recent = true\n}\nami = "ami-0aaaaaaaaaaaaaaa9"\nimage: nginx:1.2';
    const { json } = await call("audit", { ids: ["ami-old", "ami-gone"], text });
    expect(json.images.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      ["ami-old", "known"],
      ["ami-gone", "gone"],
      ["ami-0aaaaaaaaaaaaaaa9", "never_seen"],
    ]);
    expect(json.images[0]).toMatchObject({ newest: "ami-new", findings: [{ rule: "image-behind" }] });
    expect(json.lookups).toEqual([expect.objectContaining({ line: 1, level: "error" })]);
  });

  test("hears of changes and backends", async () => {
    const changes = await call("list_changes", { backend: "ireland", kind: ["retired"] });
    const backends = await call("list_backends");
    expect(changes.json).toMatchObject({ changes: [{ kind: "retired", image: { id: "ami-gone" } }], has_more: false });
    expect(backends.json.backends.map(({ id }: { id: string }) => id)).toEqual(["ireland", "virginia"]);
  });

  test("is told in words what went wrong", async () => {
    for (const [name, args, said] of [
      ["get_image", { id: "ami-404" }, 'no image "ami-404"'],
      ["search_images", { search_term: "x", backend: "nowhere" }, 'no backend "nowhere"'],
      ["newest_image", { backend: "ireland", search_term: "nothing-is-called-so" }, "no launchable image"],
      ["list_changes", { backend: "ireland", since: "yesterday" }, "since"],
      ["audit", {}, "expected ids"],
      ["search_images", { search_term: "x", limit: 1000 }, "limit"],
    ] as const)
      expect([name, await call(name, args)]).toEqual([name, { isError: true, text: expect.stringContaining(said) }]);
  });
});

describe("POST /mcp", () => {
  test("shows an agent only the backends of its token", async () => {
    const client = await overHttp(ONE);
    const backends = await callTool(client, "list_backends", {});
    const elsewhere = await callTool(client, "search_images", { search_term: "jammy", backend: "virginia" });
    const audit = await callTool(client, "audit", { ids: ["ami-there"] });
    const all = await callTool(client, "search_images", { search_term: "jammy" });
    await client.close();

    expect(backends.json.backends).toEqual([expect.objectContaining({ id: "ireland" })]);
    expect(elsewhere).toMatchObject({ isError: true, text: expect.stringContaining("no such backend") });
    expect(audit.json.images).toEqual([expect.objectContaining({ status: "never_seen" })]);
    expect(all.json.total).toBe(2);
  });

  test("takes nobody without a token, and no page of another origin", async () => {
    await expect(overHttp("a-token-that-is-none")).rejects.toThrow(/401|Unauthorized/);
    await using open = await startServer();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
    const own = await open.ask("/mcp", { method: "POST", body });
    const foreign = await open.ask("/mcp", { method: "POST", body, headers: { origin: "https://elsewhere.example" } });
    expect([own.status, own.json.result, foreign.status]).toEqual([200, {}, 403]);
  });

  test("counts each message once towards the limit of its token", async () => {
    await using strict = await startServer({ rateLimit: 3, tokens: [{ hash: hashToken(ALL), scope: "read" }] });
    await seed(strict.app.catalogue);
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "list_backends", arguments: {} },
    });
    const headers = { authorization: `Bearer ${ALL}` };
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await strict.ask("/mcp", { method: "POST", body, headers })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test("says of what is not listed that it is missing", async () => {
    await using early = await startServer();
    await seed(early.app.catalogue);
    await seedBackend(early.app.catalogue, "late", undefined, "ec2", "sa-east-1");
    early.app.catalogue.sqlite.exec("UPDATE backends SET enabled = 0 WHERE id = 'late'");
    const client = await overHttp(undefined, early);
    const found = await callTool(client, "search_images", { search_term: "jammy" });
    const none = await callTool(client, "search_images", { search_term: "nothing-is-called-so" });
    await client.close();
    expect(found.json).toMatchObject({
      catalogue_state: "partial",
      catalogue_missing: expect.stringContaining("disabled"),
    });
    expect(none).toMatchObject({ isError: true, text: expect.stringContaining("ask again in") });
  });

  test.each([
    ["{", 400],
    ["[]", 400],
    ['{"jsonrpc":"1.0","method":"ping"}', 400],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}', 202],
  ])("answers %s with %i", async (body, status) => {
    const headers = { authorization: `Bearer ${ALL}` };
    expect((await server.ask("/mcp", { method: "POST", body, headers })).status).toBe(status);
  });

  test("writes out what would steer a reader of an image's name", async () => {
    await using odd = await startServer();
    const backend = await seedBackend(odd.app.catalogue, "odd");
    commitImages(odd.app.catalogue, backend, [image("ami-1", { name: "a\u202eb\u001b[0m\u{e0041}" })]);
    const client = await overHttp(undefined, odd);
    const { content } = await client.callTool({ name: "search_images", arguments: { search_term: "" } });
    await client.close();
    expect(JSON.stringify(content)).toContain(String.raw`a\\u202eb\\u001b[0m\\udb40\\udc41`);
  });
});

async function overHttp(token: string | undefined, at: TestServer = server): Promise<Client> {
  const client = new Client({ name: "tests", version: "1" });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${at.server.url}/mcp`), { requestInit: { headers } }) as never,
  );
  return client;
}

interface Called {
  readonly text?: string;
  readonly isError?: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly json?: any;
}

async function callTool(client: Client | undefined, name: string, args: object): Promise<Called> {
  const { content, isError } = (await client?.callTool({ name, arguments: { ...args } })) ?? {};
  const [{ text = "" } = {}] = content as { text?: string }[];
  return isError === true ? { isError, text } : { json: JSON.parse(text) };
}

async function seed(catalogue: Catalogue): Promise<void> {
  const jammy = (id: string, month: string): ReturnType<typeof image> =>
    image(id, {
      name: `ubuntu-jammy-2026${month}01`,
      ownerId: "099720109477",
      createdAt: `2026-${month}-01T00:00:00.000Z`,
    });
  const ireland = await seedBackend(catalogue, "ireland");
  const present = [jammy("ami-new", "02"), jammy("ami-old", "01")];
  commitImages(catalogue, ireland, [...present, image("ami-gone")]);
  commitImages(catalogue, ireland, present);
  const later = "2026-11-01T13:00:00.000Z";
  const virginia = await seedBackend(catalogue, "virginia", undefined, "ec2", "us-east-1", later);
  commitImages(catalogue, virginia, [jammy("ami-there", "02")]);
}
