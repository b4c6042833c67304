import type Database from "better-sqlite3";
import type { MachineImage, Visibility } from "../../image.ts";
import { columnsOf, FACTS_FORMAT, type ImageColumns } from "../facts/columns-of.ts";
import { dropEmptyOf, IS_EMPTY_FAMILY } from "./families.ts";
import { INDEX_FORMAT, indexAnew } from "../index/index-source.ts";
import { findTurned, turnBuilds } from "./rank-builds.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import type { Trust } from "../facts/publishers.ts";
import { wholeExtra } from "./shared-extra.ts";
import { STAGED_COLUMNS, type StagedColumn } from "./staged-rows.ts";
import { write } from "../file/write.ts";

/*
 * What is derived from images (publisher, trust, family, folded name, search index) has a format. Sources that an older release
 * derived are derived anew from their rows. The cloud changed nothing: the journal says nothing of it.
 */

/** The sources whose derived data are of an older format, those without images too. */
export function sourcesToDerive({ sqlite }: Catalogue): number[] {
  return sqlite
    .prepare<[number, number], number>("SELECT id FROM sources WHERE facts_format < ? OR index_format < ?")
    .pluck()
    .all(FACTS_FORMAT, INDEX_FORMAT);
}

interface Formats {
  readonly provider: string;
  readonly facts: number;
}

/**
 * Derives a source anew if it is of an older format; whether it was. It goes in short transactions. Until the last one searches
 * find what they found before; a process that breaks off leaves the rest to the next one. The caller holds the source's lock, on a
 * connection of its own.
 */
export async function deriveAnew(catalogue: Catalogue, sourceId: number, now: string): Promise<boolean> {
  if (!sourcesToDerive(catalogue).includes(sourceId)) return false;
  const { sqlite } = catalogue;
  const source = sqlite
    .prepare<[number], Formats>("SELECT provider, facts_format AS facts FROM sources WHERE id = ?")
    .get(sourceId);
  if (!source) return false;
  if (source.facts < FACTS_FORMAT) {
    await deriveFacts(catalogue, sourceId, source.provider);
    await markNewest(catalogue, sourceId);
  }
  await indexAnew(catalogue, sourceId, () => finish(sqlite, sourceId, now));
  await dropEmpty(catalogue);
  return true;
}

/** The columns that say what the cloud said; all others follow from them. The family's name is another table's. */
const SAID = [
  "image_id",
  "part",
  "name",
  "description",
  "owner_id",
  "owner_alias",
  "platform",
  "visibility",
  "created_at",
  "deprecated_at",
  "extra",
  "shared_id",
  "digest",
  "family_name",
] as const satisfies readonly StagedColumn[];
type DerivedColumn = Exclude<StagedColumn, (typeof SAID)[number]>;

const DERIVED = STAGED_COLUMNS.filter(isDerived);

function isDerived(column: StagedColumn): column is DerivedColumn {
  return !SAID.some((said) => said === column);
}

/** What a row has of what its cloud said, with its family's name. */
export interface ToldImage {
  readonly imageId: string;
  readonly name: string;
  readonly description: string | null;
  readonly ownerId: string | null;
  readonly ownerAlias: string | null;
  readonly platform: string | null;
  readonly architecture: string | null;
  readonly visibility: Visibility;
  readonly createdAt: string | null;
  readonly deprecatedAt: string | null;
  readonly trust: Trust;
  readonly keywords: string;
  readonly extra: string;
  readonly family: string;
}

interface StoredRow extends Omit<Record<DerivedColumn, string | number | null>, keyof ToldImage>, ToldImage {
  readonly id: number;
  readonly digest: string;
}

/** Rows that are read and written at a time: bounds memory, since one may be of a megabyte, and what others wait for. */
const CHUNK = 100;

/** Writes what differs. */
async function deriveFacts(catalogue: Catalogue, sourceId: number, provider: string): Promise<void> {
  const { sqlite } = catalogue;
  const nextRows = sqlite.prepare<[number, number], StoredRow>(
    `SELECT i.id, i.image_id AS imageId, i.name, i.description, i.owner_id AS ownerId, i.owner_alias AS ownerAlias, i.platform,
       i.architecture, i.visibility, i.created_at AS createdAt, i.deprecated_at AS deprecatedAt, i.keywords, ${wholeExtra("i")} AS extra,
       coalesce(f.name, '') AS family, i.digest, ${DERIVED.map((column) => `i.${column}`).join(", ")}
     FROM images i LEFT JOIN families f ON f.id = i.family_id WHERE i.source_id = ? AND i.id > ? ORDER BY i.id LIMIT ${CHUNK}`,
  );
  const rewrite = openRewriting(sqlite);
  for (let after: number | undefined = 0; after !== undefined;) {
    const rows: StoredRow[] = nextRows.all(sourceId, after);
    const changed = rows.flatMap((row) => {
      const columns = columnsOf(imageOf(row), provider, row.digest);
      const isSame = row.family === columns.family_name && DERIVED.every((column) => row[column] === columns[column]);
      return isSame ? [] : [{ id: row.id, columns }];
    });
    if (changed.length > 0)
      await write(catalogue, () => {
        for (const { id, columns } of changed) rewrite(id, columns);
      });
    after = rows.at(-1)?.id;
  }
}

function openRewriting(sqlite: Database.Database): (id: number, columns: ImageColumns) => void {
  const family = "coalesce(@owner_id, ''), @family_name, coalesce(@architecture, '')";
  const ensureFamily = sqlite.prepare<[ImageColumns]>(
    `INSERT INTO families (owner_id, name, architecture) VALUES (${family}) ON CONFLICT DO NOTHING`,
  );
  const update = sqlite.prepare<[ImageColumns & { readonly id: number }]>(
    `UPDATE images SET ${DERIVED.map((column) => `${column} = @${column}`).join(", ")},
       family_id = (SELECT id FROM families WHERE (owner_id, name, architecture) = (${family})) WHERE id = @id`,
  );
  return (id, columns) => {
    ensureFamily.run(columns);
    update.run({ ...columns, id });
  };
}

/** The image that a row was made from. */
export function imageOf({ imageId, trust, family, keywords, extra, ...row }: ToldImage): MachineImage {
  return {
    ...row,
    id: imageId,
    // A nameless image is named after its id, and is of no family or of one of its own.
    name: row.name === imageId && ["", imageId].includes(family) ? null : row.name,
    owned: trust === "self",
    keywords: JSON.parse(keywords),
    extra: JSON.parse(extra),
  };
}

/** Rows whose mark one transaction changes. */
const MARKED_AT_ONCE = 500;

async function markNewest(catalogue: Catalogue, sourceId: number): Promise<void> {
  const { sqlite } = catalogue;
  findTurned(sqlite, sourceId);
  const turned = sqlite.prepare<[], number>("SELECT id FROM temp.turned").pluck().all();
  for (let at = 0; at < turned.length; at += MARKED_AT_ONCE)
    await write(catalogue, () => turnBuilds(sqlite, turned.slice(at, at + MARKED_AT_ONCE)));
}

function finish(sqlite: Database.Database, sourceId: number, now: string): void {
  const of = { sourceId, now, facts: FACTS_FORMAT, index: INDEX_FORMAT };
  // Without rows of this revision the search's index reads all families of the source.
  sqlite.prepare("DELETE FROM family_changes WHERE source_id = @sourceId").run(of);
  sqlite
    .prepare(
      `UPDATE sources SET facts_format = @facts, index_format = @index, revision = revision + (revision > 0),
         changed_at = iif(revision > 0, @now, changed_at) WHERE id = @sourceId`,
    )
    .run(of);
}

/** Families that images left. */
async function dropEmpty(catalogue: Catalogue): Promise<void> {
  const empty = catalogue.sqlite.prepare<[], number>(`SELECT id FROM families WHERE ${IS_EMPTY_FAMILY}`).pluck().all();
  for (let at = 0; at < empty.length; at += MARKED_AT_ONCE)
    await write(catalogue, () => dropEmptyOf(catalogue.sqlite, empty.slice(at, at + MARKED_AT_ONCE)));
}
