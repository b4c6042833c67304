import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Backend } from "../../src/record/backends.ts";
import type { MachineImage } from "../../src/image.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { startServer, type TestServer } from "./start-server.ts";

const GENTOO = image("73764eb8-3c1c-42a9-8fff-71f6beefc6a7", {
  name: "Gentoo 13.3",
  extra: { status: "ACTIVE", minDisk: 0 },
});
const SOME = [
  GENTOO,
  image("ami-1", { name: "ubuntu-jammy-amd64", ownerId: "099720109477", createdAt: "2026-02-01T00:00:00.000Z" }),
  image("ami-2", {
    name: "my ubuntu",
    architecture: "arm64",
    deprecatedAt: "2020-01-01T00:00:00.000Z",
    extra: { root_device_type: "ebs" },
  }),
  image("ami-3", { name: null, visibility: "private", keywords: ["build nine"] }),
];

describe("GET /backends/{id}/images", () => {
  test("takes the term as a JSON body, and answers a bare array of star, id, name, extra", async () => {
    await using server = await serverWith(SOME);

    const answer = await server.ask("/backends/test/images", { body: '{"search_term":"Gentoo"}' });

    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(answer.text).toBe(
      '[{"star":false,"id":"73764eb8-3c1c-42a9-8fff-71f6beefc6a7","name":"Gentoo 13.3","extra":{"status":"ACTIVE","minDisk":0}}]',
    );
  });

  test("reads each question by itself: the same path asks something else with a body", async () => {
    await using server = await serverWith(SOME);
    const ids = async (options: { body?: string } = {}): Promise<unknown[]> => {
      const answer = await server.ask("/backends/test/images?limit=10", options);
      return (JSON.parse(answer.text) as { id: string }[]).map(({ id }) => id);
    };

    const [all, gentoo, again] = [await ids(), await ids({ body: '{"search_term":"Gentoo"}' }), await ids()];

    expect(all).toHaveLength(SOME.length);
    expect(gentoo).toEqual([GENTOO.id]);
    expect(again).toEqual(all);
  });

  test.each([
    ["as a query string", "/backends/test/images?search_term=gentoo", {}],
    ["by POST", "/backends/test/images", { method: "POST", body: '{"search_term":"GENTOO"}' }],
    [
      "as curl -d sends it",
      "/backends/test/images",
      { body: '{"search_term":"gentoo"}', headers: { "content-type": "application/x-www-form-urlencoded" } },
    ],
  ])("takes the term %s", async (_, path, options) => {
    await using server = await serverWith(SOME);
    expect(idsOf(await server.ask(path, options))).toEqual([GENTOO.id]);
  });

  test.each(["", "?search_term=", "?search_term=%20"])("lists everything for %j", async (query) => {
    await using server = await serverWith(SOME);
    expect(idsOf(await server.ask(`/backends/test/images${query}`)).toSorted()).toEqual(
      SOME.map(({ id }) => id).toSorted(),
    );
  });

  test("shows the id of a nameless image as its name", async () => {
    await using server = await serverWith(SOME);
    expect((await server.ask("/backends/test/images?search_term=%22build%20nine%22")).json).toEqual([
      { star: false, id: "ami-3", name: "ami-3", extra: { state: "available" } },
    ]);
  });

  test.each([
    ["architecture=ARM64", ["ami-2"]],
    ["owner=099720109477", ["ami-1"]],
    ["visibility=private", ["ami-3"]],
    ["deprecated=true", ["ami-2"]],
    ["deprecated=false&search_term=ubuntu", ["ami-1"]],
    ["created_after=2026-02-01", ["ami-1"]],
    ["created_before=2026-02-01&search_term=ubuntu", ["ami-2"]],
    ["match=literal&search_term=my%20ub", ["ami-2"]],
    ["starred=true", []],
    ["publisher=canonical", ["ami-1"]],
    ["trust=official", ["ami-1"]],
    ["root_device_type=ebs", ["ami-2"]],
    ["family=my%20ubuntu", ["ami-2"]],
    ["fields=extended&search_term=jammy", ["ami-1"]],
    ["latest=true&search_term=jammy", ["ami-1"]],
  ])("narrows by %s", async (query, ids) => {
    await using server = await serverWith(SOME);
    expect(idsOf(await server.ask(`/backends/test/images?${query}`))).toEqual(ids);
    expect(idsOf(await server.ask(`/backends/test/images?${query}&limit=10`))).toEqual(ids);
  });

  test("shows with fields=extended what the catalogue derives, beside extra", async () => {
    await using server = await serverWith(SOME);
    expect((await server.ask("/backends/test/images?search_term=jammy&fields=extended")).json).toEqual([
      {
        star: false,
        id: "ami-1",
        name: "ubuntu-jammy-amd64",
        extra: { state: "available" },
        publisher: "Canonical",
        trust: "official",
        family: "ubuntu-jammy-amd64",
        latest: true,
        deprecated_at: null,
        retired_at: null,
        os: "ubuntu",
        os_version: "22.04",
        os_codename: "jammy",
        architecture: "x86_64",
        state: "available",
        hidden: false,
        owner_id: "099720109477",
        created_at: "2026-02-01T00:00:00.000Z",
      },
    ]);
  });

  test.each(["", "&limit=5"])(
    "names a correction when nothing is found, and with fuzzy=true answers it (%j)",
    async (page) => {
      await using server = await serverWith(SOME);
      await server.app.search.caughtUp();

      const exact = await server.ask(`/backends/test/images?search_term=ubunut-jamy${page}`);
      const fuzzy = await server.ask(`/backends/test/images?search_term=ubunut-jamy&fuzzy=true${page}`);
      const found = await server.ask(`/backends/test/images?search_term=jammy&fuzzy=true${page}`);

      expect(exact.text).toBe("[]");
      expect(exact.headers["x-search-suggestion"]).toBe("ubuntu%20jammy");
      expect(idsOf(fuzzy)).toEqual(["ami-1"]);
      expect(fuzzy.headers["x-search-suggestion"]).toBe("ubuntu%20jammy");
      expect(found.headers["x-search-suggestion"]).toBeUndefined();
    },
  );

  test("pages through the same order, with total and links", async () => {
    const many = Array.from({ length: 300 }, (_, n) => image(`ami-${n}`, { name: `ubuntu ${n % 7}` }));
    await using server = await serverWith(many);
    const whole = idsOf(await server.ask("/backends/test/images?search_term=ubuntu"));

    const paged: string[] = [];
    for (let next: string | undefined = "/backends/test/images?search_term=ubuntu&limit=70"; next;) {
      const answer = await server.ask(next);
      paged.push(...idsOf(answer));
      expect(answer.headers["x-total-count"]).toBe("300");
      next = /<([^>]+)>; rel="next"/.exec(String(answer.headers["link"]))?.[1];
    }

    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(300);
  });

  test("says how old its answer is, and answers 304 until something changes", async () => {
    await using server = await serverWith(SOME);
    const first = await server.ask("/backends/test/images?search_term=ubuntu");
    const headers = { "if-none-match": String(first.headers["etag"]) };

    const unchanged = await server.ask("/backends/test/images?search_term=ubuntu", { headers });
    await server.ask("/backends/test/images/ami-1", { method: "POST" });
    const starred = await server.ask("/backends/test/images?search_term=ubuntu", { headers });
    commitImages(server.app.catalogue, server.backend, SOME.slice(0, 2));
    const synced = await server.ask("/backends/test/images?search_term=ubuntu", {
      headers: { "if-none-match": String(starred.headers["etag"]) },
    });

    expect(first.headers).toMatchObject({
      "x-catalogue-state": "complete",
      "x-catalogue-synced-at": "2026-11-01T12:00:00.000Z",
      "cache-control": "no-cache",
    });
    expect(Number(first.headers["x-catalogue-age"])).toBeGreaterThanOrEqual(0);
    expect(unchanged.status).toBe(304);
    expect(unchanged.text).toBe("");
    expect(starred.status).toBe(200);
    expect(synced.status).toBe(200);
    expect(idsOf(synced)).toEqual(["ami-1"]);
  });

  test.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
    ["zstd", zstdDecompressSync],
  ])("compresses pages and streams with %s", async (encoding, decompress) => {
    const many = Array.from({ length: 300 }, (_, n) => image(`ami-${n}`));
    await using server = await serverWith(many);
    for (const path of ["/backends/test/images", "/backends/test/images?limit=300"]) {
      const answer = await fetchRaw(`${server.server.url}${path}`, encoding);
      expect(answer.encoding).toBe(encoding);
      expect(JSON.parse(decompress(answer.body).toString())).toHaveLength(300);
    }
  });

  test("answers one catalogue to a slow reader while a sync replaces it", async () => {
    const many = Array.from({ length: 3000 }, (_, n) =>
      image(`ami-${n}`, { name: `old ${n}`, description: "x".repeat(500) }),
    );
    await using server = await serverWith(many);
    const response = await fetch(`${server.server.url}/backends/test/images`);

    commitImages(
      server.app.catalogue,
      server.backend,
      many.map((one) => ({ ...one, name: `new ${one.id}` })),
    );
    const entries: unknown = await response.json();

    expect(entries).toHaveLength(3000);
    expect(JSON.stringify(entries)).not.toContain('"name":"new ');
  });

  test("lets a reader go who leaves half way", async () => {
    const many = Array.from({ length: 5000 }, (_, n) =>
      image(`ami-${n}`, { description: "x".repeat(2000), extra: { text: "y".repeat(2000) } }),
    );
    await using server = await serverWith(many);
    const gone = new AbortController();
    const response = await fetch(`${server.server.url}/backends/test/images`, { signal: gone.signal });
    await response.body?.getReader().read();

    gone.abort();

    // A commit that a forgotten reader would not stop, and an answer, show that the server goes on.
    commitImages(server.app.catalogue, server.backend, many.slice(1));
    expect((await server.ask("/backends/test/images?limit=1")).headers["x-total-count"]).toBe("4999");
  });

  test.each([
    ["/backends/test/images", '{"search_term":', 400, "the body is not JSON"],
    ["/backends/test/images", '{"search_term":5}', 400, "search_term"],
    ["/backends/test/images", '{"search_term":null}', 400, "search_term"],
    ["/backends/test/images", '["ubuntu"]', 400, "expected a JSON object"],
    ["/backends/test/images", '{"serch_term":"x"}', 400, 'serch_term: no such parameter; did you mean "search_term"?'],
    ["/backends/test/images?colour=red", undefined, 400, "expected one of search_term, match, "],
    ["/backends/test/images?search_term=a", '{"search_term":"b"}', 400, "and the body differ"],
    [`/backends/test/images?search_term=${"a".repeat(10_000)}`, undefined, 400, "at most 1000"],
    ["/backends/test/images", `{"search_term":"${"a".repeat(100_000)}"}`, 413, "larger than 64 KB"],
    ["/backends/test/images?limit=-1", undefined, 400, "limit"],
    ["/backends/test/images?limit=0", undefined, 400, "limit"],
    ["/backends/test/images?limit=1e3", undefined, 400, "limit"],
    ["/backends/test/images?offset=5", undefined, 400, "offset"],
    ["/backends/test/images?limit=1&limit=2", undefined, 400, "given twice"],
    ["/backends/test/images?deprecated=maybe", undefined, 400, "deprecated"],
    ["/backends/test/images?created_after=yesterday", undefined, 400, "created_after"],
    ["/backends/test/images?created_after=2026-02-30", undefined, 400, "created_after"],
    ["/backends/test/images?created_after=2026-02-31T99:00", undefined, 400, "created_after"],
    ["/backends/test/images?created_before=9999-12-31T23:59:59-23:59", undefined, 400, "created_before"],
    ["/backends/test/images?search_term=a", '{"search_term":{"toString":1}}', 400, "and the body differ"],
    ["/backends/test/images?visibility=secret", undefined, 400, "visibility"],
    ["/backends/test/images?__proto__=1", undefined, 400, "__proto__"],
    ["/backends/nope/images", undefined, 404, 'no backend "nope"'],
    ["/backends/tset/images", undefined, 404, 'no backend "tset"; did you mean "test"?'],
    ["/backends/%E0%A4%A/images", undefined, 400, "percent-encoding"],
    ["/backends/test/images?trust=nobody", undefined, 400, "trust: expected self"],
    ["/backends/test/images?os=", undefined, 400, "os: expected a value"],
    ["/elsewhere", undefined, 404, "no such path: /elsewhere; /docs has all paths"],
  ])("answers %s with %s by a problem that says what is wrong", async (path, body, status, detail) => {
    await using server = await serverWith(SOME);

    const answer = await server.ask(path, body === undefined ? {} : { body });

    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ type: "about:blank", status, detail: expect.stringContaining(detail) });
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d/);
  });

  test("answers 503 with the progress while a backend was never listed, and starts its sync", async () => {
    await using server = await startServer();
    await server.ask("/backends", {
      method: "POST",
      body: '{"id":"far","provider":"ec2","region":"eu-west-1","apiurl":"http://127.0.0.1:9","apikey":"a","apisecret":"b"}',
    });

    const answer = await server.ask("/backends/far/images?search_term=x");

    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(answer.json).toMatchObject({
      detail: expect.stringContaining("first sync is running"),
      progress: [{ source: expect.stringMatching(/^ec2 eu-west-1 own http/) }, {}],
    });
    expect((await server.ask("/backends/far/syncs")).json).toHaveLength(2);
  });

  test("refuses a method that the path does not take, and names those it does", async () => {
    await using server = await serverWith(SOME);
    const answer = await server.ask("/backends/test/images", { method: "DELETE" });
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "GET, HEAD, POST"]);
  });

  test("takes no date for a word that nothing changed: stars may have", async () => {
    await using server = await serverWith(SOME);
    const headers = { "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" };
    for (const path of ["/backends/test/images/ami-1", "/backends/test/images?limit=1", "/backends"])
      expect([path, (await server.ask(path, { headers })).status]).toEqual([path, 200]);
  });

  test("answers HEAD with headers alone", async () => {
    await using server = await serverWith(SOME);
    const answer = await server.ask("/backends/test/images?limit=1", { method: "HEAD" });
    expect([answer.status, answer.text, answer.headers["x-total-count"]]).toEqual([200, "", "4"]);
    expect((await server.ask("/backends/test/images", { method: "HEAD" })).text).toBe("");
  });
});

describe("stars", () => {
  test("toggle, come first, and survive a sync", async () => {
    await using server = await serverWith(SOME);

    const on = await server.ask("/backends/test/images/ami-2", { method: "POST" });
    commitImages(
      server.app.catalogue,
      server.backend,
      SOME.map((one) => ({ ...one, description: "changed" })),
    );
    const listed = await server.ask("/backends/test/images?search_term=ubuntu");
    const off = await server.ask("/backends/test/images/ami-2", { method: "POST" });

    expect([on.text, off.text]).toEqual(["true", "false"]);
    expect(listed.json.map(({ id, star }: { id: string; star: boolean }) => [id, star])).toEqual([
      ["ami-2", true],
      ["ami-1", false],
    ]);
  });

  test("are refused for an image that is not there", async () => {
    await using server = await serverWith(SOME);
    const answer = await server.ask("/backends/test/images/ami-404", { method: "POST" });
    expect([answer.status, answer.json.detail]).toEqual([404, 'no image "ami-404" in backend "test"']);
  });

  test("work for ids with slashes", async () => {
    await using server = await serverWith([image("library/nginx:1.27")]);
    expect((await server.ask("/backends/test/images/library/nginx:1.27", { method: "POST" })).text).toBe("true");
    expect((await server.ask("/backends/test/images/library%2Fnginx:1.27")).json).toMatchObject({
      star: true,
      id: "library/nginx:1.27",
    });
  });
});

test("GET /backends/{id}/images/{image_id} tells a retired image's story", async () => {
  await using server = await serverWith(SOME);
  commitImages(server.app.catalogue, server.backend, SOME.slice(0, 3), { now: "2026-11-02T00:00:00.000Z" });

  expect((await server.ask("/backends/test/images/ami-3")).json).toMatchObject({
    id: "ami-3",
    first_seen: "2026-11-01T12:00:00.000Z",
    last_seen: "2026-11-01T12:00:00.000Z",
    retired_at: "2026-11-02T00:00:00.000Z",
  });
  expect((await server.ask("/backends/test/images/ami-1")).json).toMatchObject({
    publisher: "Canonical",
    trust: "official",
    latest: true,
    last_seen: "2026-11-02T00:00:00.000Z",
    retired_at: null,
  });
});

test("GET …/images?retired=true finds images that are listed no more", async () => {
  await using server = await serverWith(SOME);
  const { catalogue } = server.app;
  commitImages(catalogue, server.backend, SOME.slice(0, 3), { now: "2026-11-02T00:00:00.000Z" });
  commitImages(catalogue, server.backend, SOME.slice(0, 2), { now: "2026-11-03T00:00:00.000Z" });
  await server.ask("/backends/test/images/ami-3", { method: "POST" });

  const all = await server.ask("/backends/test/images?retired=true");
  const page = await server.ask("/backends/test/images?retired=true&limit=1&offset=1&fields=extended");
  const named = await server.ask("/backends/test/images?retired=true&search_term=my+ubuntu");
  const starred = await server.ask("/backends/test/images?retired=true&starred=true");
  const none = await server.ask("/images?retired=true&search_term=gentoo");

  expect(idsOf(all)).toEqual(["ami-2", "ami-3"]);
  expect(Object.keys(all.json[0])).toEqual(["star", "id", "name", "extra"]);
  expect(page.headers["x-total-count"]).toBe("2");
  expect(page.json).toMatchObject([{ star: true, id: "ami-3", retired_at: "2026-11-02T00:00:00.000Z" }]);
  expect(idsOf(named)).toEqual(["ami-2"]);
  expect(idsOf(starred)).toEqual(["ami-3"]);
  expect(none.json).toEqual([]);
});

describe("isolation", () => {
  test("a private image never shows in another backend, by any route", async () => {
    await using server = await startServer();
    const shared = { key: "ec2 eu-west-1 public", scope: "public" } as const;
    const mine = await seedBackend(server.app.catalogue, "mine", [{ key: "ec2 own mine", scope: "own" }, shared]);
    const theirs = await seedBackend(server.app.catalogue, "theirs", [{ key: "ec2 own theirs", scope: "own" }, shared]);
    commitImages(server.app.catalogue, theirs, []);
    const secret = image("ami-secret", { name: "zanzibarium golden", owned: true, visibility: "private" });
    commitImages(server.app.catalogue, mine, [secret]);
    commitImages(server.app.catalogue, mine, SOME, { at: 1 });

    expect(idsOf(await server.ask("/backends/mine/images?search_term=zanzibar"))).toEqual(["ami-secret"]);
    expect((await server.ask("/backends/mine/suggestions?search_term=zanz")).json).toEqual(["zanzibarium"]);
    for (const path of [
      "images?search_term=zanzibar",
      "images?search_term=ami-secret&limit=5",
      "images",
      "suggestions?search_term=zanz",
      "suggestions?search_term=zanzibarum",
      "images?owner=123456789012&visibility=private",
    ]) {
      expect((await server.ask(`/backends/theirs/${path}`)).text, path).not.toMatch(/zanzi|ami-secret/);
    }
    expect((await server.ask("/backends/theirs/images?search_term=zanzibar&limit=1")).headers["x-total-count"]).toBe(
      "0",
    );
    expect((await server.ask("/backends/theirs/images/ami-secret")).status).toBe(404);
    expect((await server.ask("/backends/theirs/images/ami-secret", { method: "POST" })).status).toBe(404);
  });

  test("an image that two sources hold is one entry, the account's own word standing", async () => {
    await using server = await startServer();
    const mine = await seedBackend(server.app.catalogue, "mine", [
      { key: "ec2 own mine", scope: "own" },
      { key: "ec2 eu-west-1 public", scope: "public" },
    ]);
    commitImages(server.app.catalogue, mine, [image("ami-1", { name: "ubuntu mine", owned: true })]);
    commitImages(
      server.app.catalogue,
      mine,
      [image("ami-1", { name: "ubuntu as all see it" }), image("ami-2", { name: "ubuntu two" })],
      { at: 1 },
    );

    const answer = await server.ask("/backends/mine/images?search_term=ubuntu&limit=10");

    expect(answer.json.map(({ name }: { name: string }) => name)).toEqual(["ubuntu mine", "ubuntu two"]);
    expect(answer.headers["x-total-count"]).toBe("2");
    expect((await server.ask("/backends/mine")).json.image_count).toBe(2);
  });
});

test("GET /images answers over all backends, with the backend of each", async () => {
  await using server = await serverWith(SOME);
  const other = await seedBackend(server.app.catalogue, "other");
  commitImages(server.app.catalogue, other, [image("ami-1", { name: "ubuntu elsewhere" })]);

  const answer = await server.ask("/images?search_term=ami-1");

  expect(answer.json.map((entry: Record<string, unknown>) => [entry["backend_id"], entry["id"]]).toSorted()).toEqual([
    ["other", "ami-1"],
    ["test", "ami-1"],
  ]);
  expect(Object.keys(answer.json[0])).toEqual(["backend_id", "star", "id", "name", "extra"]);
});

test("GET /images asks the backends of some regions, and refuses a region that none is in: nobody knows what is there", async () => {
  await using server = await serverWith(SOME);
  const { catalogue } = server.app;
  const ohio = await seedBackend(catalogue, "ohio", undefined, "ec2", "us-east-2");
  commitImages(catalogue, ohio, [image("ami-9"), image("ami-1")]);
  const backends = async (query: string): Promise<unknown> => {
    const { json } = await server.ask(`/images?search_term=ami-1&${query}`);
    return json.map((entry: { backend_id: string }) => entry.backend_id).toSorted();
  };

  expect(await backends("region=US-east-2")).toEqual(["ohio"]);
  expect(await backends("region=us-east-2&region=eu-west-1")).toEqual(["ohio", "test"]);
  expect((await server.ask("/facets?region=us-east-2")).json.architecture).toEqual([{ value: "x86_64", count: 2 }]);
  expect((await server.ask("/backends/ohio/images?region=us-east-2&limit=1")).headers["x-total-count"]).toBe("2");
  const refused = await server.ask("/images?region=us-east-2,mars");
  expect([refused.status, refused.json.parameter]).toEqual([400, "region"]);
  expect(refused.json.detail).toBe('region: no backend is in "mars"; expected one of eu-west-1, us-east-2');
});

async function serverWith(images: readonly MachineImage[]): Promise<TestServer & { backend: Backend }> {
  const server = await startServer();
  const backend = await seedBackend(server.app.catalogue, "test");
  commitImages(server.app.catalogue, backend, images);
  return { ...server, backend };
}

function idsOf({ json }: { json: unknown }): string[] {
  if (!Array.isArray(json)) throw new Error(`expected an array, not ${JSON.stringify(json)}`);
  return json.map(({ id }: { id: string }) => id);
}

async function fetchRaw(url: string, encoding: string): Promise<{ encoding: string | null; body: Buffer }> {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": encoding } }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () => resolve({ encoding: res.headers["content-encoding"] ?? null, body: Buffer.concat(chunks) }));
    }).on("error", reject);
  });
}
