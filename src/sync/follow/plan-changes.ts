import type { Connection } from "../../catalogue/file/connection.ts";
import { type FollowedImage, type FollowedStage, stageFollowed } from "../../catalogue/listing/stage-followed.ts";
import { localRevision, stageDigests, stageJournal } from "../../record/postgres/local-rows.ts";
import type { RecordSnapshot } from "../../record/postgres/read-record.ts";
import {
  RECORD_TABLES,
  type RecordRow,
  type RecordTable,
  type RowChange,
  type RowKey,
} from "../../record/postgres/record-tables.ts";
import type { FeedEntry, FeedListing } from "../../record/postgres/write-changes.ts";
import { type FollowPlan, NOTHING_AHEAD } from "../../catalogue/listing/follow-plan.ts";

/** Plans what transactions changed since the file's position. */
export async function planChanges(
  file: Connection,
  snapshot: RecordSnapshot,
  feed: readonly FeedEntry[],
): Promise<FollowPlan> {
  const listings = feed.flatMap(({ listing }) => listing ?? []);
  const sourceIds = [...new Set(listings.map(({ sourceId }) => sourceId))];
  const imagesOf = (sourceId: number): AsyncIterable<readonly RecordRow[]> =>
    snapshot.imagesSince(sourceId, localRevision(file, sourceId) ?? -1);
  // Asked for together; most often one source was listed.
  const [first] = sourceIds;
  const imagesOfFirst = first === undefined ? undefined : imagesOf(first);
  const journal = snapshot.journal(...journalOf(listings));
  const changed = RECORD_TABLES.map((table) => changesOf(snapshot, table, keysIn(feed, table.name)));
  const changes = (await Promise.all(changed)).flat();
  const removedSources = changes.flatMap(({ table, key, row }) => (table === "sources" && !row ? Number(key[0]) : []));
  const addJournal = stageJournal(file);
  for await (const rows of journal) addJournal(rows);
  const stages: FollowedStage[] = [];
  const removedImages: FollowPlan["removedImages"][number][] = [];
  for (const { sourceId, removed } of listings)
    if (removed && !removedSources.includes(sourceId)) removedImages.push({ sourceId, imageIds: removed });
  for (const sourceId of sourceIds) {
    const row = changes.find(({ table, key }) => table === "sources" && key[0] === sourceId)?.row;
    if (!row) continue;
    await stageImages(file, row, sourceId === first && imagesOfFirst ? imagesOfFirst : imagesOf(sourceId), stages);
  }
  return {
    at: snapshot.at,
    changes: changes.filter(({ table }) => table !== "absent_images"),
    absent: changes.filter(({ table }) => table === "absent_images"),
    removedSources,
    removedImages,
    stages,
    hasDigests: await stageRewritten(file, snapshot, listings),
    journal: {
      isWhole: false,
      forgetBefore: listings.findLast(({ forgetBefore }) => forgetBefore)?.forgetBefore ?? null,
    },
    ahead: NOTHING_AHEAD,
  };
}

/** The journal's rows that listings wrote, which are all that were written meanwhile: after one, up to another. */
function journalOf(listings: readonly FeedListing[]): [after: number, until: number] {
  const written = listings.map(({ journal }) => journal).filter(([after, until]) => until > after);
  return [Math.min(...written.map(([after]) => after), NEVER), Math.max(...written.map(([, until]) => until), 0)];
}

const NEVER = Number.MAX_SAFE_INTEGER;

/** Images that are asked for at a time. */
export const IDS_AT_ONCE = 1_000;

/** Stages the digests that listings wrote alone; answers whether there are any. */
async function stageRewritten(
  file: Connection,
  snapshot: RecordSnapshot,
  listings: readonly FeedListing[],
): Promise<boolean> {
  const all = listings.filter(({ rewritten = [] }) => rewritten.length > 0);
  if (all.length === 0) return false;
  const add = stageDigests(file);
  for (const { sourceId, rewritten = [] } of all)
    for (let at = 0; at < rewritten.length; at += IDS_AT_ONCE)
      add(sourceId, await snapshot.digestsOf(sourceId, rewritten.slice(at, at + IDS_AT_ONCE)));
  return true;
}

/** Stages a source's images, if there are any, behind those that are staged already. */
export async function stageImages(
  file: Connection,
  source: RecordRow,
  images: AsyncIterable<readonly RecordRow[]>,
  stages: FollowedStage[],
): Promise<void> {
  let stage: FollowedStage | undefined;
  for await (const rows of images) {
    if (!stage) {
      stages.at(-1)?.setAside();
      stages.push((stage = stageFollowed(file, Number(source["id"]), String(source["provider"]))));
    }
    stage.add(rows.map(followedImage));
  }
}

function followedImage(row: RecordRow): FollowedImage {
  // PostgreSQL has the columns that a node wrote there.
  const image: unknown = { ...row, hidden: Number(row["hidden"]) };
  return image as FollowedImage;
}

/** The rows of a table that transactions changed, each once. */
function keysIn(feed: readonly FeedEntry[], name: string): RowKey[] {
  const keys = new Map<string, RowKey>();
  for (const entry of feed)
    for (const [table, changed] of entry.keys)
      if (table === name) for (const key of changed) keys.set(JSON.stringify(key), key);
  return [...keys.values()];
}

async function changesOf(snapshot: RecordSnapshot, table: RecordTable, keys: readonly RowKey[]): Promise<RowChange[]> {
  if (keys.length === 0) return [];
  const rows = new Map(
    (await snapshot.rowsWithKeys(table.name, keys)).map((row) => [JSON.stringify(keyOf(table, row)), row]),
  );
  return keys.map((key) => ({ table: table.name, key, row: rows.get(JSON.stringify(key)) ?? null }));
}

export function keyOf({ key }: RecordTable, row: RecordRow): RowKey {
  return key.map((column) => {
    const value = row[column];
    return typeof value === "number" ? value : String(value);
  });
}
