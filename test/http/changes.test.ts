import { parseAtomFeed } from "feedsmith";
import { describe, expect, test } from "vitest";
import type { Backend } from "../../src/record/backends.ts";
import type { MachineImage } from "../../src/image.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const DAY = (n: number): string => `2026-11-${String(n).padStart(2, "0")}T00:00:00.000Z`;
const JAMMY = image("ami-1", { name: "ubuntu-jammy-arm64", architecture: "arm64", extra: { state: "available" } });
const NOBLE = image("ami-2", { name: 'ubuntu-noble <"&> \u0001', extra: { state: "available" } });
const WINDOWS = image("ami-3", { name: "Windows 2022", platform: "windows" });

describe("the journal of changes", () => {
  test("says what was added, changed, retired and returned, newest first, and nothing of the first listing", async () => {
    await using server = await serverAfter(
      [JAMMY, NOBLE],
      [JAMMY, NOBLE, WINDOWS],
      [JAMMY, { ...NOBLE, description: "new", extra: { state: "disabled", boot_mode: "uefi" } }],
      [JAMMY, NOBLE, WINDOWS],
    );

    const { json, status } = await server.ask("/backends/test/changes");

    expect(status).toBe(200);
    expect(json.next).toBeNull();
    expect(json.changes.map(briefly)).toEqual([
      [DAY(4), "changed", "ami-2", ["description", "state", "boot_mode"]],
      [DAY(4), "returned", "ami-3", null],
      [DAY(3), "retired", "ami-3", null],
      [DAY(3), "changed", "ami-2", ["description", "state", "boot_mode"]],
      [DAY(2), "added", "ami-3", null],
    ]);
  });

  test("notes nothing when nothing changed", async () => {
    await using server = await serverAfter([JAMMY], [JAMMY], [JAMMY]);
    expect((await server.ask("/backends/test/changes")).json).toEqual({ changes: [], next: null });
  });

  test("is followed by its cursors, whatever comes in between", async () => {
    const many = Array.from({ length: 40 }, (_, n) => image(`ami-new${n}`, { name: `ubuntu ${n}` }));
    await using server = await serverAfter([JAMMY], [JAMMY, ...many]);
    const first = await server.ask("/backends/test/changes?limit=15&search_term=ubuntu");
    commitImages(server.app.catalogue, server.backend, [JAMMY, ...many, WINDOWS], { now: DAY(9) });

    const seen = [...first.json.changes];
    for (let link = linkOf(first.headers["link"]); link !== undefined;) {
      const page = await server.ask(link);
      seen.push(...page.json.changes);
      link = linkOf(page.headers["link"]);
    }
    const newest = await server.ask(`/backends/test/changes?since=${first.json.changes[0].id}`);

    expect(new Set(seen.map(({ image: { id } }) => id)).size).toBe(40);
    expect(seen).toHaveLength(40);
    expect(newest.json.changes.map(briefly)).toEqual([[DAY(9), "added", "ami-3", null]]);
  });

  test.each([
    ["search_term=jammy%20arm64", ["ami-1"]],
    ["platform=windows", ["ami-3"]],
    ["kind=retired,returned", []],
    [`since=${DAY(2)}`, []],
    ["since=2026-11-01", ["ami-1", "ami-2", "ami-3"]],
  ])("is narrowed by %s", async (query, ids) => {
    await using server = await serverAfter([image("ami-0")], [image("ami-0"), JAMMY, NOBLE, WINDOWS]);
    const { json } = await server.ask(`/backends/test/changes?${query}`);
    expect(json.changes.map(({ image: { id } }: { image: { id: string } }) => id).toSorted()).toEqual(ids);
  });

  test("is answered 304 until something changes", async () => {
    await using server = await serverAfter([JAMMY], [JAMMY, NOBLE]);
    const { headers } = await server.ask("/backends/test/changes");
    const again = { headers: { "if-none-match": String(headers["etag"]) } };
    expect((await server.ask("/backends/test/changes", again)).status).toBe(304);
    commitImages(server.app.catalogue, server.backend, [JAMMY], { now: DAY(7) });
    expect((await server.ask("/backends/test/changes", again)).status).toBe(200);
  });

  test.each([
    ["changes?since=yesterday", 400, "since"],
    ["changes?before=-1", 400, "before"],
    ["changes?kind=vanished", 400, "kind"],
    ["changes?limit=0", 400, "limit"],
    ["changes?starred=true", 400, "starred"],
    ["changes.rss", 404, "no such path"],
    ["changes.atom?cursor=1", 400, "cursor"],
  ])("refuses %s with %i", async (path, status, named) => {
    await using server = await serverAfter([JAMMY]);
    const answer = await server.ask(`/backends/test/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json.detail).toContain(named);
  });

  test("never tells of another account's images", async () => {
    await using server = await serverAfter([JAMMY]);
    const other = await seedBackend(server.app.catalogue, "other", [{ key: "ec2 own other", scope: "own" }]);
    commitImages(server.app.catalogue, other, [image("ami-7")]);
    commitImages(server.app.catalogue, other, [image("ami-8", { name: "secret" })]);
    expect((await server.ask("/backends/other/changes")).json.changes).toHaveLength(2);
    expect((await server.ask("/backends/test/changes")).json.changes).toEqual([]);
  });
});

test("the Atom feed shows what turns the direction of writing or hides", async () => {
  const hostile = image("ami-9", { name: "x\u202egpj\u200b \u009b31m", description: "one\nChanged: nothing." });
  await using server = await serverAfter([JAMMY], [JAMMY, hostile]);

  const { text } = await server.ask("/backends/test/changes.atom");

  expect(text).toContain(String.raw`added: x\u202egpj\u200b \x9b31m`);
  expect(text).toContain(String.raw`one\nChanged: nothing.`);
});

test("the Atom feed is one that readers understand, whatever stands in names", async () => {
  await using server = await serverAfter([JAMMY], [JAMMY, NOBLE, WINDOWS], [JAMMY, NOBLE]);

  const answer = await server.ask("/backends/test/changes.atom?limit=2");
  const feed = parseAtomFeed(answer.text);

  expect(answer.headers["content-type"]).toContain("application/atom+xml");
  expect(feed.title).toMatchObject({ value: "Images of test" });
  expect(feed.updated).toBe(DAY(3));
  expect(feed.entries?.map(({ title, updated }) => [title?.value, updated])).toEqual([
    ["retired: Windows 2022", DAY(3)],
    ["added: Windows 2022", DAY(2)],
  ]);
  const next = feed.links?.find(({ rel }) => rel === "next")?.href ?? "";
  const rest = parseAtomFeed((await server.ask(next.slice(server.server.url.length))).text);
  expect(rest.entries?.map(({ title }) => title?.value)).toEqual(['added: ubuntu-noble <"&> \ufffd']);
  const ids = [...(feed.entries ?? []), ...(rest.entries ?? [])].map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
  const alternate = feed.entries?.[0]?.links?.find(({ rel }) => rel === "alternate")?.href ?? "";
  expect((await server.ask(alternate.slice(server.server.url.length))).json).toMatchObject({ id: "ami-3" });
});

/** A server whose backend `test` was listed so, one listing a day. */
async function serverAfter(...listings: MachineImage[][]): Promise<TestServer & { backend: Backend }> {
  const server = await startServer();
  const backend = await seedBackend(server.app.catalogue, "test");
  listings.forEach((images, at) => commitImages(server.app.catalogue, backend, images, { now: DAY(at + 1) }));
  return { ...server, backend };
}

interface Change {
  at: string;
  kind: string;
  fields: string[] | null;
  image: { id: string };
}

function briefly({ at, kind, fields, image: { id } }: Change): unknown[] {
  return [at, kind, id, fields];
}

function linkOf(header: string | string[] | undefined): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(String(header ?? ""))?.[1];
}
