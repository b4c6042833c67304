import { setTimeout as delay } from "node:timers/promises";
import { columnsOf, digestOf, FACTS_FORMAT } from "../../../src/catalogue/facts/columns-of.ts";
import { type Catalogue, openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { commitListing } from "../../../src/catalogue/listing/commit-listing.ts";
import { stageListing } from "../../../src/catalogue/listing/stage-listing.ts";
import { openLink } from "../../../src/record/postgres/connect.ts";
import { newestFormat } from "../../../src/record/postgres/open-record.ts";
import { waitForPosition } from "../../../src/record/postgres/postgres-record.ts";
import { publishListing } from "../../../src/record/postgres/publish-listing.ts";
import type { Position } from "../../../src/record/postgres/write-changes.ts";
import { insertRun } from "../../../src/record/runs.ts";
import { listSources } from "../../../src/record/sources.ts";
import { NOW } from "../../catalogue/seed.ts";
import type { NodeProcess } from "../../record/postgres/spawn-node.ts";
import type { MachineImage } from "../../../src/image.ts";
import { corpusImages } from "../corpus.ts";
import { type Bar, medianOf } from "../measure.ts";
import { type BenchCluster, countOn, IMAGES, percentileOf, REGION } from "./bench-cluster.ts";

const NEW = 100;
const ROUNDS = 7;
const STARS = 100;
const LOOK_MS = 4;
const FOUND_MS = 60_000;
/** Nobody writes or lists for so long before a star is measured. */
const REST_MS = 300;
/** The same of images: a second after they came, servers take their families into MiniSearch. */
const SETTLED_MS = 2_000;

/** New images, from PostgreSQL's commit until a search finds them on every node, beside a commit of as many in one file. */
export async function followImages(
  cluster: BenchCluster,
  single: NodeProcess,
  nodes: readonly NodeProcess[],
): Promise<Bar[]> {
  using opened = new DisposableStack();
  const files = nodes.map(({ file }) => opened.use(openCatalogue(file, { mustExist: true, replica: "guarded" })));
  const times: number[] = [];
  const local: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await delay(SETTLED_MS);
    const word = `fresh${round}`;
    const { position } = await publishNew(cluster.record, word, NEW);
    const startedAt = performance.now();
    await Promise.all(nodes.map((node, n) => untilFound(node, files[n], { position, word })));
    times.push(performance.now() - startedAt);
    local.push(commitNew(single.file, word));
  }
  const [shared, alone] = [medianOf(times), medianOf(local)];
  console.log(
    `${NEW} new images: on all nodes ${shared.toFixed(0)} ms after PostgreSQL's commit; a commit in one file ${alone.toFixed(0)} ms`,
  );
  return [
    {
      what: `${NEW} new images on all nodes: of a local commit's time`,
      measured: shared / alone,
      bar: 3,
      atLeast: false,
    },
  ];
}

/** The file is looked into first: to ask for the word again and again would take the time that following needs. */
async function untilFound(
  node: NodeProcess,
  file: Catalogue | undefined,
  { position, word }: { readonly position: number; readonly word: string },
): Promise<void> {
  if (file) await waitForPosition(file, position, FOUND_MS);
  for (const deadline = performance.now() + FOUND_MS; (await countOn(node, word)) !== NEW;) {
    if (performance.now() > deadline) throw new Error(`${word} is not found on ${node.url}`);
    await delay(LOOK_MS);
  }
}

/** New builds of what is there, as the cloud gives them, with a word that no other image has. */
function newImages(word: string, count: number): MachineImage[] {
  return [...corpusImages(count, REGION)].map((image, n) => ({
    ...image,
    id: `ami-${word}${n}`,
    description: `${word} ${image.description ?? ""}`,
    createdAt: NOW,
  }));
}

/** Commits new images to the largest source of the record, as a listing does. */
export async function publishNew(record: string, word: string, count: number): Promise<Position> {
  await using link = openLink(record);
  const [source] = await link.within(
    FOUND_MS,
    (client) => client<{ id: number; provider: string; revision: number; imageCount: number; runId: number }[]>`
      SELECT id, provider, revision, image_count AS "imageCount", (SELECT max(id) FROM runs) AS "runId"
      FROM sources ORDER BY image_count DESC LIMIT 1`,
  );
  if (!source) throw new Error("the record has no source");
  const now = new Date().toISOString();
  const come = { source_id: source.id, first_seen: now, last_seen: null, retired_at: null };
  const images = newImages(word, count).map((image) => ({
    ...columnsOf(image, source.provider, digestOf(image)),
    ...come,
    extra: JSON.stringify(image.extra),
    facts_format: FACTS_FORMAT,
  }));
  const entry = { source_id: source.id, run_id: source.runId, at: now, kind: "added", fields: null };
  const listing = {
    sourceId: source.id,
    revision: source.revision,
    isChanged: true,
    isFull: false,
    now,
    imageCount: source.imageCount + count,
    retired: [],
    lastSeen: now,
    journal: images.map((row) => ({ ...entry, image_id: row.image_id })),
    forgetBefore: "2000-01-01T00:00:00.000Z",
    changes: [],
    images: () => [images],
    digests: () => [],
  };
  return await publishListing(link, listing, newestFormat());
}

/** The time of a commit, in milliseconds, of the same images to the largest source of a file. */
function commitNew(file: string, word: string): number {
  using catalogue = openCatalogue(file);
  const source = listSources(catalogue).toSorted((a, b) => b.imageCount - a.imageCount)[0];
  if (!source) throw new Error("there is no source");
  const stage = stageListing(catalogue, source);
  stage.add(newImages(word, NEW));
  const runId = insertRun(catalogue, source.id, NOW);
  const startedAt = performance.now();
  commitListing(stage, { now: () => NOW, retire: false, runId });
  return performance.now() - startedAt;
}

/** Stars on one node, asked for on another one: with the position of the change, and without. */
export async function followStars(nodes: readonly NodeProcess[]): Promise<Bar[]> {
  const ids = await idsOn(nodes[0], 2 * STARS);
  let shown = 0;
  const taken: number[] = [];
  const seen: number[] = [];
  for (const [n, id] of ids.entries()) {
    const [one, two] = [nodes[n % nodes.length], nodes[(n + 1) % nodes.length]];
    if (!one || !two) throw new Error("two nodes are needed");
    const startedAt = performance.now();
    const answer = await one.ask(`${IMAGES}/${id}`, { method: "POST" });
    await answer.arrayBuffer();
    const position = answer.headers.get("x-catalogue-position") ?? "";
    taken.push(performance.now() - startedAt);
    if (n < STARS) {
      if ((await starredOn(two, { "x-catalogue-position": position })).has(id)) shown++;
      continue;
    }
    const answeredAt = performance.now();
    while (!(await isStarred(two, id))) await delay(LOOK_MS);
    seen.push(performance.now() - answeredAt);
    await delay(REST_MS);
  }
  const p90 = percentileOf(seen, 0.9) / 1000;
  console.log(
    `a star: median ${medianOf(taken).toFixed(0)} ms; on another node at the latest ${(Math.max(...seen) / 1000).toFixed(3)} s after its answer`,
  );
  return [
    { what: `stars shown elsewhere with their position, of ${STARS}`, measured: shown, bar: STARS, atLeast: true },
    { what: "star shown elsewhere without it: seconds, p90", measured: p90, bar: 0.1, atLeast: false },
  ];
}

async function idsOn(node: NodeProcess | undefined, count: number): Promise<string[]> {
  const answer = await node?.ask(`${IMAGES}?limit=${count}`);
  const entries: { id: string }[] = await answer?.json();
  return entries.map(({ id }) => id);
}

/** Looks at the one image: what a node takes to write hundreds of starred ones is not what it takes to follow. */
async function isStarred(node: NodeProcess, id: string): Promise<boolean> {
  const answer = await node.ask(`${IMAGES}/${id}`);
  const image: { star: boolean } = await answer.json();
  return image.star;
}

async function starredOn(node: NodeProcess, headers: Record<string, string>): Promise<Set<string>> {
  const answer = await node.ask(`${IMAGES}?starred=true&limit=500`, { headers });
  const entries: { id: string }[] = await answer.json();
  return new Set(entries.map(({ id }) => id));
}
