import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { getBackend } from "../../src/record/backends.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { starredIds } from "../../src/record/stars.ts";
import { type DemoCatalogue as Region, createCatalogue } from "../../src/demo/generate/catalogue.ts";
import { churnCatalogue } from "../../src/demo/generate/churn.ts";
import { type Ec2Endpoint, startEc2Endpoint } from "../../src/demo/ec2/ec2-endpoint.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";
import { createRandom } from "../../src/demo/generate/random.ts";
import { createImageSearch } from "../../src/search/answer/search-images.ts";
import { createWorkplace, type Workplace } from "../cli/run-imagedex.ts";
import { histories } from "../histories.ts";

/*
 * A sync as a process of its own, killed with SIGKILL at random moments: while pages come in, while the listing is
 * committed and indexed, and on the way out. Each kill finds the file as the one before left it.
 */

const REGION = "eu-west-1";
const KEY = { id: "AKIADEMODEMODEMODEMO", secret: "demo-secret-key", account: "111122223333" };
const SECRET_KEY = "a passphrase of the tests, long enough to be one";
const COUNT = 1_000;
const PAGE = 100;
/** A few of each kind of moment; in `npm run soak -- --histories` many. */
const { numRuns: KILLS, seed: SEED } = histories(4);
const random = createRandom(SEED);

/** Image ids and descriptions. */
type Contents = ReadonlyMap<string, string>;

let place: Workplace;
let region: Region;
let endpoint: Ec2Endpoint;
/** Hears of each page of the public listing that is asked for, numbered from 1. */
let onPage: (page: number) => void = () => {};

beforeAll(async () => {
  place = createWorkplace();
  region = createCatalogue(createGeneratedRegion({ count: COUNT, seed: 1, region: REGION, accounts: [] }));
  endpoint = await startEc2Endpoint({ catalogues: [region], accessKeys: [KEY], mostResults: PAGE });
});

afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

test(`killed at ${KILLS} random moments, a sync leaves the old catalogue or the new one, whole`, async () => {
  const cloud = ["--id", "cloud", "--region", REGION, "--apiurl", endpoint.url, "--apikey", KEY.id];
  const add = ["backends", "add", "--provider", "ec2", ...cloud, "--apisecret", KEY.secret];
  expect(await place.run(add, { IMAGEDEX_SECRET_KEY: SECRET_KEY })).toMatchObject({ code: 0 });
  let old = contentsOf(region);
  const { pages, afterLastPage } = await syncToTheEnd();
  const stars = await starSome([...old.keys()].slice(0, 5));
  using catalogue = openCatalogue(place.database);
  const backend = { ...getBackend(catalogue, "cloud"), starsRevision: stars.length };

  const outcomes = { old: 0, new: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    churnCatalogue(region, { share: 0.2, seed: kill });
    const next = contentsOf(region);
    const moments: readonly Moment[] = [
      { page: 1 + random.below(pages), ms: random.below(40) },
      { halt: "commit" },
      { page: pages, ms: random.below(Math.ceil(afterLastPage * 1.2)) },
      { halt: "done" },
    ];
    const moment = moments[kill % moments.length] ?? { halt: "done" };
    await killSyncAt(moment);

    using reopened = openCatalogue(place.database);
    expect(reopened.sqlite.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(reopened.sqlite.pragma("foreign_key_check")).toEqual([]);
    expect(starredIds(reopened, "cloud").toSorted()).toEqual(stars);
    expect(getBackend(reopened, "cloud")).toEqual(backend);
    const now = contentsIn(reopened);
    const isNew = isEqual(now, next);
    expect(now).toEqual(isNew ? next : old);
    await expectSearchable(reopened, now, kill);
    const expected = "halt" in moment ? moment.halt === "done" : isNew;
    expect([moment, isNew]).toEqual([moment, expected]);
    outcomes[isNew ? "new" : "old"]++;
    if (isNew) old = next;
    if (kill % 8 !== 7) continue;
    // What a run leaves behind when it is killed keeps no other from its end.
    await syncToTheEnd();
    old = next;
    expect(contentsIn(catalogue)).toEqual(next);
  }

  console.log(`killed ${JSON.stringify(outcomes)}`);
});

/** When to kill: some milliseconds after a page is asked for, or where the process stopped. */
type Moment = { readonly page: number; readonly ms: number } | { readonly halt: "commit" | "done" };

/** A whole sync: how many pages it asked for, and the milliseconds from the last of them to the end of the process. */
async function syncToTheEnd(): Promise<{ pages: number; afterLastPage: number }> {
  const asked = { pages: 0, at: 0 };
  watchPages((page) => Object.assign(asked, { pages: page, at: performance.now() }));
  const sync = startSync();
  const [[code], said] = await Promise.all([once(sync, "exit"), text(sync.stderr)]);
  expect(code, said).toBe(0);
  return { pages: asked.pages, afterLastPage: performance.now() - asked.at };
}

/** Kills a sync at this moment; one that is killed after a page may end before. */
async function killSyncAt(moment: Moment): Promise<void> {
  if ("halt" in moment) {
    watchPages(() => {});
    const sync = startSync(moment.halt);
    const ended = once(sync, "exit");
    await Promise.race([once(sync.stdout, "data"), ended]);
    sync.kill("SIGKILL");
    return void (await ended);
  }
  const { page, ms } = moment;
  const reached = Promise.withResolvers<void>();
  watchPages((asked) => {
    if (asked === page) reached.resolve();
  });
  const sync = startSync();
  const ended = once(sync, "exit");
  await Promise.race([reached.promise, ended]);
  await Promise.race([delay(ms), ended]);
  sync.kill("SIGKILL");
  await ended;
}

function startSync(halt = ""): ChildProcessByStdio<null, Readable, Readable> {
  const script = join(import.meta.dirname, "sync-process.ts");
  return spawn(process.execPath, [script, place.database, SECRET_KEY, halt], { stdio: ["ignore", "pipe", "pipe"] });
}

function watchPages(hear: (page: number) => void): void {
  let page = 0;
  onPage = hear;
  endpoint.misbehave(({ params }) => {
    if (params.get("ExecutableBy.1") === "all") onPage(++page);
    return undefined;
  });
}

function contentsOf(from: Region): Contents {
  const entries = Array.from({ length: from.size }, (_, position) => from.entryAt(position)?.image);
  return new Map(
    entries.flatMap((image) =>
      image?.ImageType === "machine" ? [[image.ImageId, image.Description ?? ""] as const] : [],
    ),
  );
}

function contentsIn({ sqlite }: Catalogue): Contents {
  const rows = sqlite
    .prepare<[], [string, string]>("SELECT image_id, coalesce(description, '') FROM images WHERE retired_at IS NULL")
    .raw()
    .all();
  return new Map(rows);
}

function isEqual(a: Contents, b: Contents): boolean {
  return a.size === b.size && [...a].every(([id, description]) => b.get(id) === description);
}

/** The index has what the rows have. */
async function expectSearchable(catalogue: Catalogue, contents: Contents, kill: number): Promise<void> {
  const search = createImageSearch(catalogue, () => new Date().toISOString());
  await search.caughtUp();
  const backends = [getBackend(catalogue, "cloud")];
  const ask = async (term: string): Promise<string[]> => {
    const { total, body } = await search.page(backends, { term, match: "words" }, { limit: 10_000, offset: 0 });
    const ids: string[] = JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([total, total]);
    return ids.toSorted();
  };
  const phrase = `newer build, ${kill}`;
  const withPhrase = [...contents].filter(([, text]) => text.toLowerCase().includes(phrase)).map(([id]) => id);
  expect(await ask("")).toEqual([...contents.keys()].toSorted());
  expect(await ask(`"${phrase}"`)).toEqual(withPhrase.toSorted());
}

async function starSome(ids: readonly string[]): Promise<string[]> {
  using catalogue = openCatalogue(place.database);
  for (const id of ids) await createLocalRecord(catalogue).toggleStar("cloud", id, new Date().toISOString());
  return ids.toSorted();
}
