import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../../src/record/record.ts";
import type { MachineImage } from "../../../src/image.ts";
import { commitImages, image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { startServer, type TestServer } from "../start-server.ts";

const worker = (id: string, day: string, fields: Partial<MachineImage> = {}): MachineImage =>
  image(id, {
    name: `worker-${day}`,
    ownerId: "111111111111",
    owned: true,
    createdAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`,
    ...fields,
  });

describe("GET /backends/{id}/newest", () => {
  test("answers one image, as a list with fields=extended has it", async () => {
    await using server = await serverWith([worker("ami-1", "20260101"), worker("ami-2", "20260201")]);

    const { status, json } = await server.ask("/backends/b/newest?search_term=worker");

    expect(status).toBe(200);
    expect(json).toMatchObject({ star: false, id: "ami-2", name: "worker-20260201", trust: "self", latest: true });
  });

  test.each([
    ["by Accept", "/backends/b/newest?search_term=worker", { accept: "text/plain" }],
    ["by format", "/backends/b/newest?search_term=worker&format=text", {}],
  ])("answers the id alone as text, %s", async (_by, path, headers) => {
    await using server = await serverWith([worker("ami-1", "20260101")]);
    const answer = await server.ask(path, { headers });
    expect([answer.text, answer.headers["content-type"]]).toEqual(["ami-1", "text/plain; charset=utf-8"]);
  });

  test("does not care for stars, but tells of them", async () => {
    const other = image("ami-other", { name: "worker", owned: true, createdAt: "2020-01-01T00:00:00.000Z" });
    await using server = await serverWith([worker("ami-1", "20260101", { name: "worker" }), other]);
    const before = (await server.ask("/backends/b/newest?search_term=worker")).json.id;
    const starred = before === "ami-1" ? "ami-other" : "ami-1";
    await createLocalRecord(server.app.catalogue).toggleStar("b", starred, NOW);

    const { json } = await server.ask("/backends/b/newest?search_term=worker");
    const listed = (await server.ask("/backends/b/images?search_term=worker&limit=1")).json;
    await createLocalRecord(server.app.catalogue).toggleStar("b", before, NOW);

    expect([json.id, listed[0].id]).toEqual([before, starred]);
    expect((await server.ask("/backends/b/newest?search_term=worker")).json.star).toBe(true);
  });

  test("leaves out what anybody published, unless asked for it", async () => {
    await using server = await serverWith([image("ami-anybody", { name: "worker-20260301" })]);

    const trusted = await server.ask("/backends/b/newest?search_term=worker");
    const anybody = await server.ask("/backends/b/newest?search_term=worker&trust=community");

    expect([trusted.status, trusted.json.detail]).toEqual([404, expect.stringContaining('"worker"')]);
    expect(anybody.json.id).toBe("ami-anybody");
  });

  test("trusts all images of a cloud that does not tell publishers", async () => {
    await using server = await serverWith([image("local:100", { name: "worker" })], "proxmox");
    expect((await server.ask("/backends/b/newest?search_term=worker")).json.id).toBe("local:100");
  });

  test("finds a trusted image behind many of anybody's", async () => {
    const many = Array.from({ length: 250 }, (_, at) =>
      image(`ami-${at}`, { name: `worker ${String.fromCodePoint(97 + (at % 26), 97 + Math.floor(at / 26))}` }),
    );
    const trusted = image("ami-own", { name: "a co-worker's", owned: true });
    await using server = await serverWith([...many, trusted]);
    expect((await server.ask("/backends/b/newest?search_term=worker")).json.id).toBe("ami-own");
  });

  test.each([
    ["failed", { extra: { state: "failed" } }],
    ["deprecated", { deprecatedAt: "2026-03-02T00:00:00.000Z" }],
  ])("answers no image that is %s", async (_what, fields) => {
    await using server = await serverWith([worker("ami-1", "20260101", fields)]);
    expect((await server.ask("/backends/b/newest?search_term=worker")).status).toBe(404);
  });

  test("is not certain of anything before the first listing", async () => {
    await using server = await startServer();
    await seedBackend(server.app.catalogue, "b");
    server.app.catalogue.sqlite.exec("UPDATE backends SET enabled = 0");

    const refused = await server.ask("/backends/b/newest?search_term=worker");
    const partial = await server.ask("/backends/b/newest?search_term=worker&partial=true");

    expect([refused.status, partial.status, partial.json]).toEqual([503, 200, null]);
  });

  test.each([
    ["/backends/nowhere/newest", 404, undefined],
    ["/backends/b/newest?deprecated=true", 400, "deprecated"],
    ["/backends/b/newest?limit=1", 400, "limit"],
    ["/backends/b/newest?format=csv", 400, "format"],
  ])("refuses %s with %i", async (path, status, parameter) => {
    await using server = await serverWith([]);
    const answer = await server.ask(path);
    expect([answer.status, answer.json.parameter]).toEqual([status, parameter]);
  });
});

async function serverWith(images: readonly MachineImage[], provider = "ec2"): Promise<TestServer> {
  const server = await startServer();
  const { catalogue } = server.app;
  commitImages(catalogue, await seedBackend(catalogue, "b", undefined, provider), images);
  return server;
}
