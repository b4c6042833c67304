import type { Connection } from "../../catalogue/file/connection.ts";
import type { FollowedStage } from "../../catalogue/listing/stage-followed.ts";
import { localKeys, localMarks, localRevision, localStars, stageJournal } from "../../record/postgres/local-rows.ts";
import type { RecordSnapshot } from "../../record/postgres/read-record.ts";
import { RECORD_TABLES, type RecordRow, type RowChange } from "../../record/postgres/record-tables.ts";
import type { Ahead, FollowPlan } from "../../catalogue/listing/follow-plan.ts";
import { IDS_AT_ONCE, keyOf, stageImages } from "./plan-changes.ts";

/**
 * Compares the file with the record, whatever either of them went through: a file that is new, a record that lost commits or was
 * restored from a backup. Settings are taken whole; of images, those whose digests differ.
 */
export async function planDifferences(file: Connection, snapshot: RecordSnapshot): Promise<FollowPlan> {
  const changes: RowChange[] = [];
  for (const table of RECORD_TABLES) {
    const rows = new Map((await snapshot.allRows(table.name)).map((row) => [JSON.stringify(keyOf(table, row)), row]));
    for (const key of localKeys(file, table))
      if (!rows.has(JSON.stringify(key))) changes.push({ table: table.name, key, row: null });
    for (const row of rows.values()) changes.push({ table: table.name, key: keyOf(table, row), row });
  }
  const addJournal = stageJournal(file);
  for await (const rows of snapshot.journal(0, Number.MAX_SAFE_INTEGER)) addJournal(rows);
  const stages: FollowedStage[] = [];
  const removedImages: { sourceId: number; imageIds: readonly string[] }[] = [];
  const sources: Ahead["sources"][number][] = [];
  for (const { table, row } of changes) {
    if (table !== "sources" || !row) continue;
    const sourceId = Number(row["id"]);
    const { gone, isAhead } = await compareSource(file, snapshot, row, stages);
    if (gone.length > 0) removedImages.push({ sourceId, imageIds: gone });
    if (isAhead) sources.push({ id: sourceId, revision: localRevision(file, sourceId) ?? 0 });
  }
  return {
    at: snapshot.at,
    changes: changes.filter(({ table }) => table !== "absent_images"),
    absent: changes.filter(({ table }) => table === "absent_images"),
    removedSources: changes.flatMap(({ table, key, row }) => (table === "sources" && !row ? Number(key[0]) : [])),
    removedImages,
    stages,
    hasDigests: false,
    journal: { isWhole: true, forgetBefore: null },
    ahead: { sources, stars: starsAhead(file, changes) },
  };
}

interface SourceDifferences {
  readonly gone: readonly string[];
  /** The file had other images under the record's number, or counted further. */
  readonly isAhead: boolean;
}

/** Stages what differs. */
async function compareSource(
  file: Connection,
  snapshot: RecordSnapshot,
  source: RecordRow,
  stages: FollowedStage[],
): Promise<SourceDifferences> {
  const sourceId = Number(source["id"]);
  const local = new Map<string, string>();
  for (const [imageId, digest, retiredAt] of localMarks(file, sourceId)) local.set(imageId, textOf(digest, retiredAt));
  if (local.size === 0) {
    await stageImages(file, source, snapshot.imagesSince(sourceId, -1), stages);
    return { gone: [], isAhead: false };
  }
  const differing: string[] = [];
  for await (const marks of snapshot.imageMarks(sourceId))
    for (const { imageId, digest, retiredAt } of marks) {
      if (local.get(imageId) !== textOf(digest, retiredAt)) differing.push(imageId);
      local.delete(imageId);
    }
  const gone = [...local.keys()];
  await stageImages(file, source, byIds(snapshot, sourceId, differing), stages);
  const isOther = differing.length + gone.length > 0;
  return { gone, isAhead: isOther && (localRevision(file, sourceId) ?? 0) >= Number(source["revision"]) };
}

async function* byIds(
  snapshot: RecordSnapshot,
  sourceId: number,
  ids: readonly string[],
): AsyncGenerator<readonly RecordRow[]> {
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE)
    yield await snapshot.imagesWithIds(sourceId, ids.slice(at, at + IDS_AT_ONCE));
}

/** PostgreSQL stores no NUL character, so that no two states have the same text. */
function textOf(digest: string, retiredAt: string | null): string {
  return retiredAt === null ? digest : `${digest}\0${retiredAt}`;
}

function starsAhead(file: Connection, changes: readonly RowChange[]): Ahead["stars"] {
  const stars = changes.filter(({ table, row }) => table === "stars" && row);
  return changes.flatMap(({ table, key: [id], row }) => {
    if (table !== "backends" || !row) return [];
    const local = localStars(file, String(id));
    const ids = new Set(stars.filter(({ key }) => key[0] === id).map(({ key }) => String(key[1])));
    const isOther = local.ids.symmetricDifference(ids).size > 0;
    return isOther && local.revision >= Number(row["stars_revision"])
      ? { id: String(id), revision: local.revision }
      : [];
  });
}
