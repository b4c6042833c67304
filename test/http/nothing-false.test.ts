import { describe, expect, test } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { hashToken } from "../../src/access/access-token.ts";
import { commitImages, image, NOW, seedBackend } from "../catalogue/seed.ts";
import { type AskOptions, startServer, type TestServer } from "./start-server.ts";

const JAMMY = image("ami-jammy", { name: "ubuntu-jammy", ownerId: "099720109477" });
const GONE = image("ami-gone", { name: "ubuntu-focal" });
const OWN = { key: "ec2 eu-west-1 own", scope: "own" } as const;
const PUBLIC = { key: "ec2 eu-west-1 public, all; 100%\u{1f600}", scope: "public" } as const;
const PUBLIC_IN_HEADER = "ec2 eu-west-1 public%2C all%3B 100%25%F0%9F%98%80";
const MINUTE = 60_000;

const before = (ms: number): string => new Date(Date.parse(NOW) - ms).toISOString();

interface Failure {
  readonly startedAt?: string;
  readonly code?: string;
  readonly state?: "failed" | "refused";
  readonly error?: string;
}

/** A full listing that failed just now. */
function fail(catalogue: Catalogue, sourceId: number, failure: Failure = {}): void {
  const { startedAt = before(1000), code = null, state = "failed", error = "no answer" } = failure;
  const id = insertRun(catalogue, sourceId, startedAt);
  updateRun(catalogue, id, { state, error, finishedAt: NOW });
  catalogue.sqlite.prepare("UPDATE runs SET code = ? WHERE id = ?").run(code, id);
}

function begin(catalogue: Catalogue, sourceId: number, listed = 0): void {
  const id = insertRun(catalogue, sourceId, before(1000));
  if (listed > 0) updateRun(catalogue, id, { state: "running", listed });
}

function disable({ sqlite }: Catalogue): void {
  sqlite.exec("UPDATE backends SET enabled = 0");
}

type Make = (catalogue: Catalogue, publicId: number) => void;

/** What a backend is in whose own images are listed; its public ones as `make` has it. */
const PENDING: readonly (readonly [string, Make])[] = [
  ["queued", (catalogue, id) => begin(catalogue, id)],
  ["running", (catalogue, id) => begin(catalogue, id, 42_000)],
  ["failed twice", (catalogue, id) => [1, 2].forEach(() => fail(catalogue, id))],
  ["failed for 14 minutes", (catalogue, id) => fail(catalogue, id, { startedAt: before(14 * MINUTE) })],
  [
    "interrupted three times",
    (catalogue, id) => {
      [1, 2, 3].forEach(() => fail(catalogue, id, { error: "interrupted: the process ended" }));
      begin(catalogue, id);
    },
  ],
];
const MISSING: readonly (readonly [code: string, string, Make])[] = [
  ["forbidden", "refused by permission", (catalogue, id) => fail(catalogue, id, { code: "forbidden" })],
  ["credentials", "refused by credentials", (catalogue, id) => fail(catalogue, id, { code: "credentials" })],
  ["failed", "failed three times", (catalogue, id) => [1, 2, 3].forEach(() => fail(catalogue, id))],
  [
    "failed",
    "refused three times as implausible",
    (catalogue, id) => [1, 2, 3].forEach(() => fail(catalogue, id, { state: "refused" })),
  ],
  ["failed", "failed for 15 minutes", (catalogue, id) => fail(catalogue, id, { startedAt: before(15 * MINUTE) })],
  ["disabled", "of a disabled backend", (catalogue) => disable(catalogue)],
  [
    "forbidden",
    "refused, and under way again",
    (catalogue, id) => {
      fail(catalogue, id, { code: "forbidden" });
      begin(catalogue, id, 7);
    },
  ],
  [
    "failed",
    "given up, and under way again",
    (catalogue, id) => {
      [1, 2, 3].forEach(() => fail(catalogue, id));
      begin(catalogue, id, 7);
    },
  ],
];

type Asked = readonly [path: string, options?: AskOptions | undefined];
const post = (search_term: string): AskOptions => ({ method: "POST", body: JSON.stringify({ search_term }) });

/** Answers that say what there is. */
const WITH_HITS: readonly Asked[] = [
  ["/backends/x/images"],
  ["/backends/x/images?search_term=jammy"],
  ["/backends/x/images?search_term=jammy&limit=1&offset=5"],
  ["/backends/x/images", post("jammy")],
  ["/backends/x/images?retired=true"],
  ["/backends/x/images?starred=true"],
  ["/backends/x/images?search_term=ubunut-jamy&fuzzy=true"],
  ["/backends/x/facets?search_term=jammy"],
  ["/backends/x/suggestions?search_term=jam"],
  ["/images?search_term=jammy"],
  ["/images?search_term=jammy&latest=true&limit=3"],
  ["/images", post("jammy")],
  ["/facets?search_term=jammy&latest=true"],
];
/** Answers that would say that there is nothing, or which build is the newest. */
const WITHOUT: readonly Asked[] = [
  ["/backends/x/images?search_term=nothing"],
  ["/backends/x/images?search_term=nothing&limit=1"],
  ["/backends/x/images", post("nothing")],
  ["/backends/x/images?latest=true"],
  ["/backends/x/images?retired=true&search_term=nothing"],
  ["/backends/x/images?starred=true&search_term=focal"],
  ["/backends/x/facets?search_term=nothing"],
  ["/backends/x/facets?latest=true"],
  ["/backends/x/suggestions?search_term=nothing"],
  ["/images?search_term=nothing"],
  ["/images", post("nothing")],
  ["/images?retired=true&search_term=nothing"],
  ["/facets?search_term=nothing"],
];
const KNOWN_ID: readonly Asked[] = [
  ["/backends/x/images/ami-jammy"],
  ["/backends/x/images/ami-gone"],
  ["/images/ami-jammy/regions"],
];
const UNKNOWN_ID: readonly Asked[] = [
  ["/backends/x/images/ami-nowhere"],
  ["/backends/x/images/ami-nowhere", { method: "POST" }],
  ["/images/ami-nowhere/regions"],
];
const withPartial = (path: string): string => `${path}${path.includes("?") ? "&" : "?"}partial=true`;

describe.each(PENDING)("while the public listing is %s", (_, make) => {
  test("every search is 503 with the progress, and partial=true is 200 that names what is missing", async () => {
    await using server = await startBackend(make);

    for (const [path, options] of [...WITH_HITS, ...WITHOUT, ...UNKNOWN_ID]) {
      const answer = await server.ask(path, options);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(Number(answer.headers["retry-after"]), path).toBeGreaterThan(0);
      expect(answer.json, path).toMatchObject({
        progress: [{ source: PUBLIC.key }],
        missing: [{ source: PUBLIC.key, code: "pending" }],
      });
      expect(answer.headers, path).not.toHaveProperty("etag");
      await expectPartial(server, [path, options], "pending");
    }
    for (const [path] of KNOWN_ID) await expectPartial(server, [path], "pending", path);
  });
});

describe.each(MISSING)("while the public listing is missing (%s): %s", (code, _, make) => {
  test("hits come as partial, nothing found stays 503, and partial=true is 200", async () => {
    await using server = await startBackend(make);

    for (const asked of [...WITH_HITS, ...KNOWN_ID]) await expectPartial(server, asked, code, asked[0]);
    for (const [path, options] of [...WITHOUT, ...UNKNOWN_ID]) {
      const answer = await server.ask(path, options);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(answer.json, path).toMatchObject({
        detail: expect.stringContaining(PUBLIC.key),
        missing: [{ source: PUBLIC.key, code, reason: expect.any(String) }],
      });
      await expectPartial(server, [path, options], code);
    }
  });
});

test("when all is listed, nothing is missing: an empty list is one, and an unknown id is 404", async () => {
  await using server = await startBackend((catalogue, id) => {
    fail(catalogue, id, { code: "forbidden" });
    insertRun(catalogue, id, NOW);
  });
  commitImages(server.app.catalogue, server.backend, [], { at: 1 });

  for (const [path, options] of [...WITH_HITS, ...WITHOUT, ...KNOWN_ID]) {
    const { status, headers } = await server.ask(path, options);
    expect([path, status, headers["x-catalogue-missing"]]).toEqual([path, 200, undefined]);
  }
  for (const [path, options] of UNKNOWN_ID) {
    expect([path, (await server.ask(path, options)).status]).toEqual([path, 404]);
    expect([path, (await server.ask(withPartial(path), options)).status]).toEqual([path, 404]);
  }
});

test("with nothing listed at all, partial=true is an empty list that says partial, and 503 names every source", async () => {
  await using server = await startServer({}, { now: () => NOW });
  const { catalogue } = server.app;
  await seedBackend(catalogue, "x", [OWN, PUBLIC]);
  const [own, everybodys] = sourcesOf(catalogue, "x");
  fail(catalogue, own?.id ?? 0, { code: "credentials", error: "expired" });
  fail(catalogue, everybodys?.id ?? 0, { code: "credentials", error: "expired" });

  for (const path of ["/backends/x/images", "/images"]) {
    const refused = await server.ask(path);
    const partial = await server.ask(withPartial(path));
    expect([refused.status, refused.json.missing.length]).toEqual([503, 2]);
    expect(refused.json.detail).toBe("not listed yet; the last sync failed: expired");
    expect([partial.status, partial.text, partial.headers["x-catalogue-state"]]).toEqual([200, "[]", "partial"]);
  }
  expect((await server.ask("/backends/x")).json.state).toBe("new");
});

test("an ETag of a partial answer is good until something else is missing, and never of a complete one", async () => {
  const clock = { now: Date.parse(NOW) };
  await using server = await startBackend(
    (catalogue, id) => fail(catalogue, id, { code: "forbidden" }),
    () => new Date(clock.now).toISOString(),
  );
  const { catalogue } = server.app;
  const ask = (etag: unknown, path = "/backends/x/images?search_term=jammy"): ReturnType<TestServer["ask"]> =>
    server.ask(path, { headers: { "if-none-match": String(etag) } });

  const first = await ask("");
  const again = await ask(first.headers.etag);
  const nothing = await ask("*", "/backends/x/images?search_term=nothing");
  disable(catalogue);
  const disabled = await ask(first.headers.etag);
  commitImages(catalogue, server.backend, [], { at: 1 });
  const complete = await ask(disabled.headers.etag);

  expect([first.status, again.status, nothing.status, disabled.status, complete.status]).toEqual([
    200, 304, 503, 200, 200,
  ]);
  expect(again.headers["x-catalogue-missing"]).toBe(`${PUBLIC_IN_HEADER}; forbidden`);
  expect(complete.headers["x-catalogue-state"]).toBe("complete");
});

test("GET /images answers from the backends that are ready, disabled ones too, and names the others", async () => {
  await using server = await startBackend((catalogue, id) => begin(catalogue, id, 5));
  const { catalogue } = server.app;
  const ready = await seedBackend(catalogue, "ready", [{ key: "ec2 ready public", scope: "public" }]);
  commitImages(catalogue, ready, [image("ami-ready", { name: "ubuntu-jammy of all" })]);
  catalogue.sqlite.exec("UPDATE backends SET enabled = 0 WHERE id = 'ready'");

  const found = await server.ask("/images?search_term=jammy");
  const all = await server.ask("/images?search_term=jammy&partial=true");
  const none = await server.ask("/images?search_term=nothing");
  const facets = await server.ask("/facets?search_term=jammy");

  expect(found.json.map(({ id }: { id: string }) => id)).toEqual(["ami-ready"]);
  expect(found.headers).toMatchObject({
    "x-catalogue-state": "partial",
    "x-catalogue-missing": `${PUBLIC_IN_HEADER}; pending`,
  });
  expect(all.json.map(({ id }: { id: string }) => id).toSorted()).toEqual(["ami-jammy", "ami-ready"]);
  expect([none.status, none.json.detail]).toEqual([503, expect.stringContaining("nothing found in what is listed")]);
  expect(facets.json.trust).toMatchObject([{ count: 1 }]);
  expect((await server.ask("/backends/ready/images")).headers["x-catalogue-state"]).toBe("complete");
});

test("GET /images names nothing that the token is not for, and is empty where there is no backend", async () => {
  await using empty = await startServer();
  const token = "a-token-for-one-backend";
  const tokens = [{ hash: hashToken(token), scope: "read", backends: new Set(["ready"]) }] as const;
  await using server = await startServer({ tokens }, { now: () => NOW });
  const { catalogue } = server.app;
  await seedBackend(catalogue, "x", [OWN, PUBLIC]);
  const ready = await seedBackend(catalogue, "ready", [{ key: "ec2 ready public", scope: "public" }]);
  commitImages(catalogue, ready, [JAMMY]);
  const headers = { authorization: `Bearer ${token}` };

  const nothing = await server.ask("/images?search_term=nothing", { headers });
  const unknown = await server.ask("/images/ami-nowhere/regions", { headers });

  expect([nothing.status, nothing.text, nothing.headers["x-catalogue-state"]]).toEqual([200, "[]", "complete"]);
  expect(nothing.headers).not.toHaveProperty("x-catalogue-missing");
  expect(unknown.status).toBe(404);
  const none = await empty.ask("/images");
  expect([none.status, none.text]).toEqual([200, "[]"]);
});

test("a part that was never listed counts as missing, unless the permission for it is refused", async () => {
  await using server = await startServer({}, { now: () => NOW });
  const { catalogue } = server.app;
  const backend = await seedBackend(catalogue, "x", [{ key: "proxmox pve", scope: "own" }], "proxmox");
  commitImages(catalogue, backend, [JAMMY]);
  const [source] = sourcesOf(catalogue, "x");
  const insert = catalogue.sqlite.prepare(
    "INSERT INTO source_parts (source_id, part, code, error) VALUES (?, ?, ?, ?)",
  );
  insert.run(source?.id, "pve1", "forbidden", "no permission");
  const outside = await server.ask("/backends/x/images?search_term=nothing");
  insert.run(source?.id, "pve2", "unreachable", "node pve2 is offline");
  const nothing = await server.ask("/backends/x/images?search_term=nothing");
  const found = await server.ask("/backends/x/images?search_term=jammy");

  expect([outside.status, nothing.status, found.status]).toEqual([200, 503, 200]);
  expect(nothing.json.missing).toEqual([
    { source: "proxmox pve x pve2", code: "failed", reason: "node pve2 is offline" },
  ]);
  expect(found.headers["x-catalogue-missing"]).toBe("proxmox pve x pve2; failed");
});

test("the header stays short and is ASCII, however many sources are missing", async () => {
  await using server = await startServer({}, { now: () => NOW });
  const { catalogue } = server.app;
  const ready = await seedBackend(catalogue, "ready");
  commitImages(catalogue, ready, [JAMMY]);
  for (let n = 0; n < 60; n++) {
    await seedBackend(catalogue, `b${n}`, [{ key: `ec2 ${"\u{1f600}".repeat(200)} ${n}`, scope: "public" }]);
    fail(catalogue, sourcesOf(catalogue, `b${n}`)[0]?.id ?? 0, { code: "forbidden" });
  }

  const header = String((await server.ask("/images?search_term=jammy")).headers["x-catalogue-missing"]);

  expect(header).toMatch(/^[ -~]+, \d+ more$/);
  expect(header.length).toBeLessThan(4000);
});

interface OneBackend extends TestServer {
  readonly backend: Awaited<ReturnType<typeof seedBackend>>;
}

/** A backend `x` with own images, one of them starred and one retired, and with public ones that were never listed. */
async function startBackend(make: Make, now = (): string => NOW): Promise<OneBackend> {
  const server = await startServer({}, { now });
  const { catalogue, search } = server.app;
  const backend = await seedBackend(catalogue, "x", [OWN, PUBLIC]);
  commitImages(catalogue, backend, [JAMMY, GONE]);
  commitImages(catalogue, backend, [JAMMY]);
  catalogue.sqlite.exec("INSERT INTO stars (backend_id, image_id, starred_at) VALUES ('x', 'ami-jammy', '2026-01-01')");
  make(catalogue, sourcesOf(catalogue, "x")[1]?.id ?? 0);
  await search.caughtUp();
  return { ...server, backend };
}

/** By default the answer with `partial=true`. */
async function expectPartial(
  server: TestServer,
  [path, options]: Asked,
  code: string,
  asked = withPartial(path),
): Promise<void> {
  const { status, headers } = await server.ask(asked, options);
  expect([asked, status, headers["x-catalogue-state"], headers["x-catalogue-missing"]]).toEqual([
    asked,
    200,
    "partial",
    `${PUBLIC_IN_HEADER}; ${code}`,
  ]);
}
