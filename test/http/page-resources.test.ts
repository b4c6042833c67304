import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

describe("what the page is made of", () => {
  test("facets count what a search finds, each without its own filter", async () => {
    await using server = await startServer();
    const backend = await seedBackend(server.app.catalogue, "test");
    const some = [image("ami-1", { architecture: "arm64" }), image("ami-2"), image("ami-3", { name: "other" })];
    commitImages(server.app.catalogue, backend, some);

    const { json } = await server.ask("/backends/test/facets?search_term=image&architecture=arm64");

    expect(json).toMatchObject({
      architecture: [
        { value: "arm64", count: 1 },
        { value: "x86_64", count: 1 },
      ],
      trust: [{ value: "community", count: 1 }],
    });
    expect((await server.ask("/facets")).json.visibility).toEqual([{ value: "public", count: 3 }]);
    expect((await server.ask("/facets?colour=red")).status).toBe(400);
  });

  test("providers tell their fields", async () => {
    await using server = await startServer();
    const { json } = await server.ask("/providers");
    expect(json.find(({ name }: { name: string }) => name === "ec2")).toMatchObject({
      title: "Amazon EC2",
      fields: expect.arrayContaining([
        { name: "region", label: "Region", holds: expect.any(String), required: true, secret: false, multiline: false },
      ]),
    });
  });

  test("a backend is tried without being stored, and an existing one with the secrets it has", async () => {
    await using endpoint = await spawnEndpoint({ count: "1200", region: "eu-west-1" });
    await using server = await startServer();
    const fields = { provider: "ec2", region: "eu-west-1", apiurl: endpoint.url, apikey: endpoint.accessKeyId };
    const right = { ...fields, apisecret: endpoint.secretAccessKey };

    const good = await check(server, right);
    const bad = await check(server, { ...fields, apisecret: "wrong" });
    const wrong = await check(server, { provider: "ec2" });
    const before = (await server.ask("/backends")).json;
    await server.ask("/backends", { method: "POST", body: JSON.stringify({ ...right, id: "kept", enabled: false }) });
    const kept = await check(server, { id: "kept", title: "changed" });

    expect(good.json).toMatchObject({
      ok: true,
      sources: [{ error: null }, { images: expect.any(Number), error: null }],
    });
    expect(bad.json).toMatchObject({ ok: false, sources: [{ images: null }, { images: null }] });
    expect(JSON.stringify(bad.json)).not.toContain("wrong");
    expect([wrong.status, wrong.json.parameter]).toEqual([400, "region"]);
    expect(before).toEqual([]);
    expect(kept.json.ok).toBe(true);
    expect((await server.ask("/backends/kept")).json.title).not.toBe("changed");
  });

  test("events tell a sync's progress and end, only of backends that the bearer may see", async () => {
    await using endpoint = await spawnEndpoint({ count: "1200", region: "eu-west-1" });
    const all = { hash: hashToken("token-for-everything"), scope: "admin" } as const;
    const other = { hash: hashToken("token-for-another-one"), scope: "read", backends: new Set(["other"]) } as const;
    await using server = await startServer({ tokens: [all, other] });
    const heard = listen(server, "token-for-everything");
    const unheard = listen(server, "token-for-another-one");
    const body = { id: "cloud", provider: "ec2", region: "eu-west-1", apiurl: endpoint.url };
    const keys = { apikey: endpoint.accessKeyId, apisecret: endpoint.secretAccessKey };
    await server.ask("/backends", {
      method: "POST",
      body: JSON.stringify({ ...body, ...keys }),
      headers: { authorization: "Bearer token-for-everything" },
    });

    const text = await heard.until((received) => received.split("event: end").length === 3);

    expect(text).toContain('"phase":"committing"');
    expect(text).toMatch(/"backends":\["cloud"\],.*"state":"complete","error":null/);
    expect(text).toContain('event: catalogue\ndata: {"backends":["cloud"]}');
    // A busy machine takes long enough for a heartbeat or two.
    expect(unheard.received().replaceAll(":\n\n", "")).toBe("retry: 2000\n\n");
  });
});

function check(server: TestServer, body: unknown): ReturnType<TestServer["ask"]> {
  return server.ask("/backends/check", { method: "POST", body: JSON.stringify(body) });
}

interface Listening {
  received(): string;
  until(isEnough: (received: string) => boolean): Promise<string>;
}

function listen(server: TestServer, token: string): Listening {
  let received = "";
  let look = (): void => {};
  request(`${server.server.url}/events`, { headers: { authorization: `Bearer ${token}` } }, (res) => {
    res.setEncoding("utf8").on("data", (piece: string) => {
      received += piece;
      look();
    });
    res.on("error", () => undefined);
  })
    .on("error", () => undefined)
    .end();
  return {
    received: () => received,
    until: (isEnough) =>
      new Promise((resolve) => {
        look = () => isEnough(received) && resolve(received);
        look();
      }),
  };
}
