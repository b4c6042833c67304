import type { Connection } from "../../catalogue/file/connection.ts";
import { type FollowedImage, type FollowedStage, stageFollowed } from "../../catalogue/listing/stage-followed.ts";
import { localRevision, stageJournal } from "../../record/postgres/local-rows.ts";
import type { RecordSnapshot } from "../../record/postgres/read-record.ts";
import {
  RECORD_TABLES,
  type RecordRow,
  type RecordTable,
  type RowChange,
  type RowKey,
} from "../../record/postgres/record-tables.ts";
import type { FeedEntry } from "../../record/postgres/write-changes.ts";
import { type FollowPlan, NOTHING_AHEAD } from "../../catalogue/listing/follow-plan.ts";

/** Plans what transactions changed since the file's position. */
export async function planChanges(
  file: Connection,
  snapshot: RecordSnapshot,
  feed: readonly FeedEntry[],
): Promise<FollowPlan> {
  const changed = RECORD_TABLES.map((table) => changesOf(snapshot, table, keysIn(feed, table.name)));
  const changes = (await Promise.all(changed)).flat();
  const listings = feed.flatMap(({ listing }) => listing ?? []);
  const removedSources = changes.flatMap(({ table, key, row }) => (table === "sources" && !row ? Number(key[0]) : []));
  const addJournal = stageJournal(file);
  for (const { journal } of listings) for await (const rows of snapshot.journal(...journal)) addJournal(rows);
  const stages: FollowedStage[] = [];
  const removedImages: FollowPlan["removedImages"][number][] = [];
  for (const { sourceId, removed } of listings)
    if (removed && !removedSources.includes(sourceId)) removedImages.push({ sourceId, imageIds: removed });
  for (const sourceId of new Set(listings.map((listing) => listing.sourceId))) {
    const row = changes.find(({ table, key }) => table === "sources" && key[0] === sourceId)?.row;
    if (!row) continue;
    const since = localRevision(file, sourceId) ?? -1;
    const stage = await stageImages(file, row, snapshot.imagesSince(sourceId, since));
    if (stage) stages.push(stage);
  }
  return {
    at: snapshot.at,
    changes: changes.filter(({ table }) => table !== "absent_images"),
    absent: changes.filter(({ table }) => table === "absent_images"),
    removedSources,
    removedImages,
    stages,
    journal: {
      isWhole: false,
      forgetBefore: listings.findLast(({ forgetBefore }) => forgetBefore)?.forgetBefore ?? null,
    },
    ahead: NOTHING_AHEAD,
  };
}

/** Stages a source's images; undefined when there are none. */
export async function stageImages(
  file: Connection,
  source: RecordRow,
  images: AsyncIterable<readonly RecordRow[]>,
): Promise<FollowedStage | undefined> {
  const stage = stageFollowed(file, Number(source["id"]), String(source["provider"]));
  try {
    for await (const rows of images) stage.add(rows.map(followedImage));
  } catch (error) {
    stage.drop();
    throw error;
  }
  if (stage.count > 0) stage.setAside();
  else stage.drop();
  return stage.count > 0 ? stage : undefined;
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
