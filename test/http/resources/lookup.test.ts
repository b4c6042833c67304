import { describe, expect, test } from "vitest";
import type { Backend } from "../../../src/record/backends.ts";
import { insertRun, updateRun } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { hashToken } from "../../../src/access/access-token.ts";
import type { MachineImage } from "../../../src/image.ts";
import { commitImages, image, NOW, seedBackend } from "../../catalogue/seed.ts";
import { type Answer, startServer, type TestServer } from "../start-server.ts";

const CANONICAL = "099720109477";
const jammy = (id: string, day: string, fields: Partial<MachineImage> = {}): MachineImage =>
  image(id, {
    name: `ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-${day}`,
    ownerId: CANONICAL,
    createdAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`,
    ...fields,
  });

describe("POST /images/lookup", () => {
  test("says of each id, in their order, whether it is known, gone or never seen", async () => {
    await using server = await startServer();
    await ireland(server);

    const { status, json } = await lookUp(server, ["ami-gone", "ami-404", "ami-new", "ami-gone"]);

    expect(status).toBe(200);
    expect(json.map(({ id, status: verdict }: Verdict) => [id, verdict])).toEqual([
      ["ami-gone", "gone"],
      ["ami-404", "never_seen"],
      ["ami-new", "known"],
      ["ami-gone", "gone"],
    ]);
    expect(json[0].images).toEqual([expect.objectContaining({ retired_at: NOW, launchable: false })]);
  });

  test("counts the launchable builds that came after, and names the newest that is not deprecated", async () => {
    await using server = await startServer();
    const backend = await seedBackend(server.app.catalogue, "ireland");
    const builds = [
      jammy("ami-1", "20260101"),
      jammy("ami-2", "20260201"),
      jammy("ami-3", "20260301", { deprecatedAt: "2026-04-01T00:00:00.000Z" }),
      jammy("ami-4", "20260401", { extra: { state: "failed" } }),
    ];
    commitImages(server.app.catalogue, backend, builds);

    const { json } = await lookUp(server, ["ami-1", "ami-2"]);

    expect(json.map(({ images }: Verdict) => [images[0]?.builds_behind, images[0]?.newest?.id])).toEqual([
      [2, "ami-2"],
      [1, "ami-2"],
    ]);
  });

  test("orders builds without times by the version in their names", async () => {
    await using server = await startServer();
    const backend = await seedBackend(server.app.catalogue, "market", undefined, "openstack");
    const builds = ["20240901", "20241001", "20241101"].map((day) => jammy(`i-${day}`, day, { createdAt: null }));
    commitImages(server.app.catalogue, backend, builds.toReversed());

    const { json } = await lookUp(server, ["i-20240901"]);

    expect(json[0].images[0]).toMatchObject({ builds_behind: 2, newest: { id: "i-20241101" } });
  });

  test.each([
    ["the family of a known publisher", "golden-*", "Canonical"],
    ["a name that begins as theirs", "UBUNTU/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-20260901", "Canonical"],
    ["a name of its own", "my-golden-image", null],
  ])("says whose image one looks like by %s", async (_by, name, publisher) => {
    await using server = await startServer();
    const backend = await seedBackend(server.app.catalogue, "ireland");
    const named = name === "golden-*" ? "golden-20260102" : name;
    const images = [
      image("ami-real", { name: "golden-20260101", ownerId: CANONICAL }),
      image("ami-fake", { name: named, ownerId: "666666666666" }),
    ];
    commitImages(server.app.catalogue, backend, images);

    const { json } = await lookUp(server, ["ami-real", "ami-fake"]);

    expect(json.map(({ images: [one] }: Verdict) => one?.look_alike_of)).toEqual([null, publisher]);
  });

  test("does not take an own copy for a look-alike", async () => {
    await using server = await startServer();
    const backend = await seedBackend(server.app.catalogue, "ireland");
    commitImages(server.app.catalogue, backend, [jammy("ami-own", "20260101", { ownerId: "1", owned: true })]);

    const { json } = await lookUp(server, ["ami-own"]);

    expect(json[0].images[0]).toMatchObject({ trust: "self", look_alike_of: null });
  });

  test("says where else the same image is, when asked", async () => {
    await using server = await startServer();
    await ireland(server);
    const virginia = await seedBackend(server.app.catalogue, "virginia", undefined, "ec2", "us-east-1");
    commitImages(server.app.catalogue, virginia, [jammy("ami-there", "20260201")]);

    const { json } = await lookUp(server, ["ami-new"], { regions: true });

    expect(json[0].regions).toEqual([
      expect.objectContaining({ backend_id: "virginia", region: "us-east-1", id: "ami-there" }),
    ]);
    expect((await lookUp(server, ["ami-new"])).json[0]).not.toHaveProperty("regions");
  });

  test("claims of no id that it never was, or is gone, while something is missing that could have it", async () => {
    await using server = await startServer();
    const { catalogue } = server.app;
    const own = { key: "ec2 own ireland", scope: "own" } as const;
    await ireland(server, [{ key: "ec2 eu-west-1 public", scope: "public" }, own]);
    refuse(server, "ireland", 1);

    const { json, headers } = await lookUp(server, ["ami-new", "ami-gone", "ami-404"]);

    expect(json.map(({ status }: Verdict) => status)).toEqual(["known", "unknown", "unknown"]);
    const key = sourcesOf(catalogue, "ireland")[1]?.key;
    expect(json[1].missing).toEqual([expect.objectContaining({ source: key, code: "forbidden" })]);
    expect(json[0].missing).toEqual([]);
    expect(headers["x-catalogue-state"]).toBe("partial");
  });

  test("still says that an image is gone where only another region is missing", async () => {
    await using server = await startServer();
    await ireland(server);
    await seedBackend(server.app.catalogue, "virginia", undefined, "ec2", "us-east-1");
    refuse(server, "virginia", 0);

    const { json } = await lookUp(server, ["ami-gone", "ami-404"]);

    expect(json.map(({ status }: Verdict) => status)).toEqual(["gone", "unknown"]);
  });

  test("knows nothing without a backend, and does not say that there is nothing", async () => {
    await using server = await startServer();
    const { json } = await lookUp(server, ["ami-1"]);
    expect(json).toEqual([{ id: "ami-1", status: "unknown", missing: [], images: [] }]);
  });

  test("takes 1,000 ids, however long, and names the bound for more", async () => {
    await using server = await startServer();
    await ireland(server);
    const ids = Array.from({ length: 1001 }, (_, at) => `projects/p/global/images/${"x".repeat(400)}-${at}`);

    const taken = await lookUp(server, ids.slice(1));
    const refused = await lookUp(server, ids);

    expect([taken.status, taken.json.length]).toEqual([200, 1000]);
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ parameter: "ids", detail: expect.stringContaining("at most 1000 ids") });
  });

  test.each([
    ["no body", undefined, "ids"],
    ["no ids", "{}", "ids"],
    ["none", '{"ids":[]}', "ids"],
    ["one that is no text", '{"ids":[7]}', "ids"],
    ["an empty one", '{"ids":[""]}', "ids"],
    ["an unknown field", '{"ids":["a"],"limit":1}', "limit"],
  ])("refuses %s", async (_what, body, parameter) => {
    await using server = await startServer();
    const answer = await server.ask("/images/lookup", { method: "POST", ...(body !== undefined && { body }) });
    expect([answer.status, answer.json.parameter]).toEqual([400, parameter]);
  });

  test("knows of other backends' images as little as of those that never were", async () => {
    const tokens = [{ hash: hashToken("a-token-for-one"), scope: "read" as const, backends: new Set(["one"]) }];
    await using server = await startServer({ tokens });
    const { catalogue } = server.app;
    for (const id of ["one", "two"]) {
      const backend = await seedBackend(catalogue, id, [{ key: `ec2 own ${id}`, scope: "own" }]);
      commitImages(catalogue, backend, [image(`ami-${id}`, { owned: true })]);
    }

    const { json } = await lookUp(server, ["ami-one", "ami-two"], {}, { authorization: "Bearer a-token-for-one" });

    expect(json.map(({ status, images }: Verdict) => [status, images.length])).toEqual([
      ["known", 1],
      ["never_seen", 0],
    ]);
  });
});

interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly images: readonly {
    readonly builds_behind: number;
    readonly newest: { readonly id: string } | null;
    readonly look_alike_of: string | null;
  }[];
}

function lookUp(
  server: TestServer,
  ids: readonly string[],
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return server.ask("/images/lookup", { method: "POST", body: JSON.stringify({ ids, ...more }), headers });
}

/** A backend that lists ami-new, and did list ami-gone. */
async function ireland(server: TestServer, sources?: Parameters<typeof seedBackend>[2]): Promise<Backend> {
  const backend = await seedBackend(server.app.catalogue, "ireland", sources);
  commitImages(server.app.catalogue, backend, [jammy("ami-new", "20260201"), jammy("ami-gone", "20260101")]);
  commitImages(server.app.catalogue, backend, [jammy("ami-new", "20260201")]);
  return backend;
}

/** The cloud refuses to list a source of the backend, which never was listed. */
function refuse({ app: { catalogue } }: TestServer, backendId: string, at: number): void {
  const runId = insertRun(catalogue, sourcesOf(catalogue, backendId)[at]?.id ?? 0, NOW);
  updateRun(catalogue, runId, { state: "failed", code: "forbidden", error: "not allowed", finishedAt: NOW });
}
