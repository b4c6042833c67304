import { describe, expect, test } from "vitest";
import type { AppTuning } from "../../src/app.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createCatalogueFeed } from "../../src/http/answering/catalogue-feed.ts";
import { lockSource } from "../../src/sync/source-lock.ts";
import { commitImages, image, seedBackend } from "../catalogue/seed.ts";
import { type FakeHub, repository, SEARCH, startFakeHub } from "../fakes/dockerhub.ts";
import { type Answer, startServer, type TestServer } from "./start-server.ts";

const GRAFANA = repository("grafana/grafana", { badge: "verified_publisher" });
const LOKI = repository("kim/loki");
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("a search of Docker Hub, which cannot be listed", () => {
  test.each([
    ["of the backend", "/backends/hub/images?search_term=grafana"],
    ["of all backends", "/images?search_term=grafana"],
    ["of the whole name", "/backends/hub/images?search_term=grafana%2Fgrafana&match=literal&limit=10"],
  ])("%s passes a term through that the catalogue knows nothing of", async (_, path) => {
    await using lab = await startLab();

    const answer = await lab.server.ask(path);

    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(["grafana/grafana"]);
    expect(lab.hub.terms()).toEqual([path.includes("literal") ? "grafana/grafana" : "grafana"]);
  });

  test("passes a term through that comes in the body of a POST", async () => {
    await using lab = await startLab();
    const body = '{"search_term":"grafana"}';

    expect(idsOf(await lab.server.ask("/backends/hub/images", { method: "POST", body }))).toEqual(["grafana/grafana"]);
  });

  test("asks the Hub once for a term within five minutes, however it is written, and then again", async () => {
    await using lab = await startLab();
    await lab.search("grafana loki");
    await Promise.all([lab.search("  Grafana   LOKI "), lab.search("grafana loki"), lab.search('"grafana loki"')]);
    lab.clock.now += 4 * MINUTE;
    await lab.search("grafana loki");
    const within = lab.hub.terms();
    lab.clock.now += MINUTE;
    await lab.search("grafana loki");

    expect(within).toEqual(["grafana loki"]);
    expect(lab.hub.terms()).toEqual(["grafana loki", "grafana loki"]);
  });

  test("asks the Hub once for a term that several search for at the same time, and all of them get it", async () => {
    await using lab = await startLab();

    const answers = await Promise.all(Array.from({ length: 5 }, () => lab.search("grafana")));

    expect(answers.map(idsOf)).toEqual(Array.from({ length: 5 }, () => ["grafana/grafana"]));
    expect(lab.hub.terms()).toEqual(["grafana"]);
  });

  test("answers only what matches, whatever the Hub takes for a match", async () => {
    await using lab = await startLab();
    lab.hub.intercept = ({ path }) =>
      path === SEARCH ? { json: { total: 2, results: [GRAFANA, repository("kim/dashboards")] } } : undefined;

    expect(idsOf(await lab.search("grafana"))).toEqual(["grafana/grafana"]);
    expect(idsOf(await lab.search("kim dash"))).toEqual(["kim/dashboards"]);
  });

  test.each([
    ["one character", "search_term=g"],
    ["too many characters", `search_term=${"g".repeat(201)}`],
    ["no term", "architecture=amd64"],
    ["what is listed no more", "search_term=grafana&retired=true"],
  ])("does not pass %s through", async (_, query) => {
    await using lab = await startLab();

    expect((await lab.server.ask(`/backends/hub/images?${query}`)).status).toBe(200);
    expect(lab.hub.terms()).toEqual([]);
  });

  test("does not pass anything through for a disabled backend", async () => {
    await using lab = await startLab();
    await lab.server.ask("/backends/hub", { method: "PUT", body: '{"enabled":false}' });

    await lab.search("grafana");

    expect(lab.hub.terms()).toEqual([]);
  });

  test("asks for so many terms a minute and no more, and answers the rest from what is there", async () => {
    await using lab = await startLab({ finds: { perMinute: 2 } });
    for (const term of ["aa", "bb"]) await lab.search(term);
    const tooMany = await lab.search("grafana");
    const inTheMinute = lab.hub.terms();
    lab.clock.now += MINUTE;

    expect(idsOf(await lab.search("grafana"))).toEqual(["grafana/grafana"]);
    expect(inTheMinute).toEqual(["aa", "bb"]);
    expect([tooMany.status, tooMany.json.missing]).toMatchObject([503, [{ code: "unanswered" }]]);
  });

  test("says 503, not that there is none, while another process lists the source", async () => {
    await using lab = await startLab();
    using lock = lockSource(lab.server.config.database, lab.sourceId());
    expect(lock).toBeDefined();

    const answer = await lab.search("grafana");

    expect([answer.status, answer.json.missing]).toMatchObject([503, [{ code: "unanswered" }]]);
    expect(idsOf(await lab.search("image"))).toEqual(["library/image-1", "library/image-0"]);
    expect(lab.hub.terms()).toEqual([]);
    expect(await lab.runs()).toMatchObject([{ kind: "full" }]);
  });
});

describe("a Hub that does not answer", () => {
  test("is no failure of the search: its run says why, and it is left alone for a while", async () => {
    await using lab = await startLab({ finds: { waitMs: 10 * SECOND } });
    lab.hub.intercept = ({ path }) => (path === SEARCH ? { status: 403, json: { message: "blocked" } } : undefined);

    const answer = await lab.search("image");
    // The run's end is written by the machine's clock, which the lab's must not be behind.
    lab.clock.now = Date.now();
    await lab.search("grafana");

    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(["library/image-1", "library/image-0"]);
    expect(answer.headers["x-catalogue-state"]).toBe("partial");
    expect(lab.hub.terms()).toEqual(["image"]);
    expect(await lab.runs()).toMatchObject([
      { kind: "find", state: "failed", error: expect.stringContaining("answered 403"), added: 0 },
      { kind: "full", state: "complete" },
    ]);
    lab.hub.intercept = undefined;
    lab.clock.now += MINUTE;
    expect(idsOf(await lab.search("grafana"))).toEqual(["grafana/grafana"]);
  });

  test("is no news of a sync that failed; what a find brought is news of the catalogue", async () => {
    await using lab = await startLab();
    const feed = createCatalogueFeed(lab.server.app.catalogue, lab.server.app.sync);
    lab.hub.intercept = ({ path }) => (path === SEARCH ? { status: 403, json: {} } : undefined);
    const failing = lab.search("image");
    const meanwhile = feed.next();
    await failing;
    const failed = feed.next();
    lab.hub.intercept = undefined;
    lab.clock.now += MINUTE;

    await lab.search("grafana");

    expect([meanwhile, failed]).toEqual([[], []]);
    expect(feed.next()).toEqual([{ event: "catalogue", backends: ["hub"], about: {} }]);
  });

  test("keeps nobody waiting for long, and is not asked for a second term meanwhile", async () => {
    await using lab = await startLab({ finds: { waitMs: 50 } });
    const asked = Promise.withResolvers<void>();
    lab.hub.intercept = ({ path }) => {
      if (path !== SEARCH) return undefined;
      asked.resolve();
      return { hang: true };
    };

    // The Hub never answers: that the searches do, is the point.
    const first = lab.search("image");
    await asked.promise;
    const answers = await Promise.all([first, lab.search("grafana"), lab.search("loki")]);

    expect(answers.map(({ status }) => status)).toEqual([200, 503, 503]);
    expect(answers.slice(0, 1).map(idsOf)).toEqual([["library/image-1", "library/image-0"]]);
    expect(lab.hub.terms()).toEqual(["image"]);
  });
});

describe("a search that the Hub did not answer", () => {
  const blocked = ({ path }: { path: string }): { status: number; json: object } | undefined =>
    path === SEARCH ? { status: 403, json: { message: "blocked" } } : undefined;

  test("is 503 that says why, where nothing is known; partial=true takes what is there", async () => {
    await using lab = await startLab({ finds: { waitMs: 10 * SECOND } });
    lab.hub.intercept = blocked;

    const answers = [
      await lab.search("grafana"),
      await lab.server.ask("/images?search_term=grafana"),
      await lab.server.ask("/backends/hub/images?search_term=grafana&limit=5"),
    ];
    const partial = await lab.server.ask("/backends/hub/images?search_term=grafana&partial=true");

    for (const { status, json, headers } of answers) {
      expect(status).toBe(503);
      expect(json).toMatchObject({
        detail: expect.stringMatching(/^nothing found in what is listed; missing: dockerhub .*answered 403/),
        progress: [],
        missing: [{ code: "unanswered", reason: expect.stringContaining("answered 403") }],
      });
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    }
    expect([partial.status, partial.text, partial.headers["x-catalogue-state"]]).toEqual([200, "[]", "partial"]);
    expect(partial.headers["x-catalogue-missing"]).toMatch(/^dockerhub .*; unanswered$/);
  });

  test("is 503 also where an earlier search found nothing, and an answer that nothing matches is an empty list", async () => {
    await using lab = await startLab({ finds: { waitMs: 10 * SECOND } });
    lab.hub.others = [];
    const answered = await lab.search("grafana");
    lab.hub.intercept = blocked;
    lab.clock.now += 6 * MINUTE;
    const failed = await lab.search("grafana");
    lab.hub.intercept = undefined;
    lab.clock.now += 2 * MINUTE;
    const again = await lab.search("grafana");

    expect([answered.status, failed.status, again.status]).toEqual([200, 503, 200]);
    expect([answered.text, again.text]).toEqual(["[]", "[]"]);
  });
});

describe("a full listing of Docker Hub", () => {
  test("keeps what was learnt, retires what the Hub does not show any more, and takes it back", async () => {
    await using lab = await startLab();
    await lab.search("grafana");
    await lab.search("loki");

    await lab.sync();
    const kept = idsOf(await lab.server.ask("/backends/hub/images"));
    lab.hub.others = [LOKI];
    await lab.sync();
    const left = idsOf(await lab.server.ask("/backends/hub/images"));
    lab.hub.others = [LOKI, GRAFANA];
    await lab.sync();

    expect(kept.toSorted()).toEqual(["grafana/grafana", "kim/loki", "library/image-0", "library/image-1"]);
    expect(left.toSorted()).toEqual(["kim/loki", "library/image-0", "library/image-1"]);
    const { json } = await lab.server.ask("/backends/hub/changes");
    const told = json.changes.map(
      (change: { kind: string; image: { id: string } }) => `${change.kind} ${change.image.id}`,
    );
    expect(told).toEqual([
      "returned grafana/grafana",
      "retired grafana/grafana",
      "added kim/loki",
      "added grafana/grafana",
    ]);
  });

  test("changes nothing when the Hub answers as it did, but for its counts", async () => {
    await using lab = await startLab();
    await lab.search("grafana");
    lab.hub.others = lab.hub.others.map((one) => ({ ...one, star_count: 999, updated_at: "2027-01-01T00:00:00Z" }));

    await lab.sync();

    expect(await lab.runs()).toMatchObject([
      { kind: "full", state: "complete", listed: 3, added: 0, changed: 0, retired: 0 },
      { kind: "find" },
      { kind: "full" },
    ]);
  });

  test("leaves the catalogue as it is when the Hub does not find what it is asked for again", async () => {
    await using lab = await startLab();
    await lab.search("grafana");
    lab.hub.intercept = ({ path }) => (path === SEARCH ? { status: 403, json: {} } : undefined);

    await lab.sync();

    expect(await lab.runs()).toMatchObject([{ kind: "full", state: "failed" }, { kind: "find" }, { kind: "full" }]);
    expect(idsOf(await lab.server.ask("/backends/hub/images?search_term=grafana"))).toEqual(["grafana/grafana"]);
    expect((await lab.server.ask("/backends/hub")).json.state).toBe("partial");
  });

  test("waits for a find that is under way", async () => {
    await using lab = await startLab();
    const source = { id: lab.sourceId() };
    const find = await lab.server.app.sync.find(source, "grafana");

    await lab.sync();

    expect(find).toBeDefined();
    expect(await lab.runs()).toMatchObject([
      { kind: "full", state: "complete", listed: 3 },
      { kind: "find", state: "complete", listed: 1, added: 1 },
      { kind: "full" },
    ]);
  });

  test("waits for the source of a find whose run has ended, and which is let go a moment later", async () => {
    await using lab = await startLab();
    const lock = lockSource(lab.server.app.catalogue.file, lab.sourceId());
    setTimeout(() => lock?.[Symbol.dispose](), 2_000);

    await lab.sync();

    expect(lock).toBeDefined();
    expect(await lab.runs()).toMatchObject([
      { kind: "full", state: "complete" },
      { kind: "full", state: "complete" },
    ]);
  });

  test("does not lose the star of what was learnt", async () => {
    await using lab = await startLab();
    await lab.search("grafana");
    await lab.server.ask("/backends/hub/images/grafana%2Fgrafana", { method: "POST" });

    await lab.sync();

    expect((await lab.search("grafana")).json).toMatchObject([{ id: "grafana/grafana", star: true }]);
  });
});

describe("X-Catalogue-State", () => {
  test("is partial wherever Docker Hub is shown, however well it was listed, and nowhere else", async () => {
    await using lab = await startLab();
    const other = await seedBackend(lab.server.app.catalogue, "other");
    commitImages(lab.server.app.catalogue, other, [image("ami-1")]);
    const stateOf = async (path: string): Promise<unknown> => (await lab.server.ask(path)).headers["x-catalogue-state"];

    expect(await stateOf("/backends/hub/images")).toBe("partial");
    expect(await stateOf("/backends/hub/facets")).toBe("partial");
    expect(await stateOf("/images")).toBe("partial");
    expect(await stateOf("/backends/other/images")).toBe("complete");
    expect((await lab.server.ask("/backends/hub")).json.state).toBe("partial");
  });

  test("comes with an ETag that is another when a find brought something, and the same when it did not", async () => {
    await using lab = await startLab();
    const all = await lab.server.ask("/backends/hub/images");
    const first = await lab.search("grafana");
    const etag = String(first.headers["etag"]);

    const again = await lab.search("grafana", { "if-none-match": etag });
    lab.clock.now += 6 * MINUTE;
    const asked = await lab.search("grafana", { "if-none-match": etag });
    const allAgain = await lab.server.ask("/backends/hub/images", {
      headers: { "if-none-match": String(all.headers["etag"]) },
    });

    expect([again.status, asked.status, allAgain.status]).toEqual([304, 304, 200]);
    expect(lab.hub.terms()).toEqual(["grafana", "grafana"]);
  });
});

interface Lab extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly server: TestServer;
  readonly clock: { now: number };
  search(term: string, headers?: Record<string, string>): Promise<Answer>;
  /** Lists all, to the end. */
  sync(): Promise<void>;
  /** Newest first. */
  runs(): Promise<unknown>;
  sourceId(): number;
}

/** A server over a Hub of two official repositories and two others, listed once. */
async function startLab(tuning: AppTuning = {}): Promise<Lab> {
  const hub = await startFakeHub();
  hub.official = ["image-0", "image-1"];
  hub.others = [GRAFANA, LOKI];
  const clock = { now: Date.now() };
  const server = await startServer({ maxShrink: 0.5 }, { now: () => new Date(clock.now).toISOString(), ...tuning });
  const sync = async (): Promise<void> => {
    const { json: runs } = await server.ask("/backends/hub/sync", { method: "POST" });
    await Promise.all(runs.map(({ id }: { id: number }) => server.app.sync.finished(id)));
  };
  await server.ask("/backends", {
    method: "POST",
    body: JSON.stringify({ id: "hub", provider: "dockerhub", apiurl: hub.url }),
  });
  await sync();
  return {
    hub,
    server,
    clock,
    sync,
    search: (term, headers = {}) =>
      server.ask(`/backends/hub/images?search_term=${encodeURIComponent(term)}`, { headers }),
    runs: async () => (await server.ask("/backends/hub/syncs")).json,
    sourceId: () => sourcesOf(server.app.catalogue, "hub")[0]?.id ?? 0,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
}

function idsOf({ json }: Answer): string[] {
  return json.map(({ id }: { id: string }) => id);
}
