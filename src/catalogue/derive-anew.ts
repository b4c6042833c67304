import type Database from "better-sqlite3";
import type { MachineImage, Visibility } from "../image.ts";
import { columnsOf, FACTS_FORMAT, type ImageColumns } from "./columns.ts";
import { dropEmptyFamilies } from "./families.ts";
import { findTurned, turnBuilds } from "./newest-builds.ts";
import type { Catalogue } from "./open-catalogue.ts";
import { renumberImages } from "./positions.ts";
import type { Trust } from "./publishers.ts";
import { INDEX_FORMAT, rebuildTextIndex } from "./text-index.ts";
import { write } from "./write.ts";

/*
 * What is derived from images (publisher, trust, family, folded name, positions, text index) has a format. Sources that an
 * older release derived are derived anew from their rows. The cloud changed nothing: the journal says nothing of it.
 */

/** The sources whose derived data are of an older format, those without images too. */
export function sourcesToDerive({ sqlite }: Catalogue): number[] {
  return sqlite
    .prepare<[number, number], number>("SELECT id FROM sources WHERE facts_format < ? OR index_format < ?")
    .pluck()
    .all(FACTS_FORMAT, INDEX_FORMAT);
}

/**
 * Derives a source anew if it is of an older format; whether it was. One transaction takes it over: until then answers are as
 * they were. The caller holds the source's lock, on a connection of its own.
 */
export async function deriveAnew(catalogue: Catalogue, sourceId: number, now: string): Promise<boolean> {
  if (!sourcesToDerive(catalogue).includes(sourceId)) return false;
  const { sqlite } = catalogue;
  sqlite.exec(
    `DROP TABLE IF EXISTS temp.derived;
     CREATE TEMP TABLE derived (id INTEGER PRIMARY KEY, ${DERIVED.join(", ")}, family_owner, family_name, family_architecture)`,
  );
  try {
    const provider = sqlite
      .prepare<[number], string>("SELECT provider FROM sources WHERE id = ?")
      .pluck()
      .get(sourceId);
    if (provider === undefined) return false;
    stageDerived(sqlite, sourceId, provider);
    await write(catalogue, () => takeOver(sqlite, sourceId, now));
  } finally {
    sqlite.exec("DROP TABLE temp.derived");
  }
  return true;
}

/** The columns that follow from others. */
const DERIVED = [
  "folded_name",
  "publisher",
  "trust",
  "architecture",
  "root_device_type",
  "virtualization_type",
  "os",
  "os_version",
  "os_codename",
  "state",
  "hidden",
  "line",
  "keywords",
] as const satisfies (keyof ImageColumns)[];

interface StoredRow {
  readonly id: number;
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
  readonly digest: string;
}

/** Rows that are read at a time: bounds memory, since one may be of a megabyte. */
const CHUNK = 100;

function stageDerived(sqlite: Database.Database, sourceId: number, provider: string): void {
  const rows = sqlite.prepare<[number, number], StoredRow>(
    `SELECT i.id, i.image_id AS imageId, i.name, i.description, i.owner_id AS ownerId, i.owner_alias AS ownerAlias, i.platform,
       i.architecture, i.visibility, i.created_at AS createdAt, i.deprecated_at AS deprecatedAt, i.trust, i.keywords, i.extra,
       coalesce(f.name, '') AS family, i.digest
     FROM images i LEFT JOIN families f ON f.id = i.family_id WHERE i.source_id = ? AND i.id > ? ORDER BY i.id LIMIT ${CHUNK}`,
  );
  const stage = sqlite.prepare(
    `INSERT INTO temp.derived VALUES (@id, ${DERIVED.map((column) => `@${column}`).join(", ")},
       coalesce(@owner_id, ''), @family_name, coalesce(@architecture, ''))`,
  );
  for (let after: number | undefined = 0; after !== undefined;) {
    const some = rows.all(sourceId, after);
    for (const row of some) stage.run({ id: row.id, ...columnsOf(imageOf(row), provider, row.digest) });
    after = some.at(-1)?.id;
  }
}

/** The image that a row was made from. */
function imageOf({ imageId, trust, family, keywords, extra, ...row }: StoredRow): MachineImage {
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

function takeOver(sqlite: Database.Database, sourceId: number, now: string): void {
  const of = { sourceId, now, facts: FACTS_FORMAT, index: INDEX_FORMAT };
  sqlite.exec(
    `CREATE TEMP TABLE IF NOT EXISTS left_families (id INTEGER PRIMARY KEY); DELETE FROM temp.left_families;
     INSERT INTO temp.left_families SELECT DISTINCT family_id FROM images WHERE id IN (SELECT id FROM temp.derived);
     INSERT INTO families (owner_id, name, architecture)
       SELECT DISTINCT family_owner, family_name, family_architecture FROM temp.derived WHERE true ON CONFLICT DO NOTHING;
     UPDATE images SET family_id = f.id, ${DERIVED.map((column) => `${column} = d.${column}`).join(", ")}
       FROM temp.derived d JOIN families f ON f.owner_id = d.family_owner AND f.name = d.family_name AND f.architecture = d.family_architecture
       WHERE images.id = d.id`,
  );
  findTurned(sqlite, sourceId);
  turnBuilds(sqlite);
  renumberImages(sqlite, sourceId);
  rebuildTextIndex(sqlite, sourceId);
  dropEmptyFamilies(sqlite, "SELECT id FROM temp.left_families");
  // Without rows of this revision the search's index reads all families of the source.
  sqlite.prepare("DELETE FROM family_changes WHERE source_id = @sourceId").run(of);
  sqlite
    .prepare(
      `UPDATE sources SET facts_format = @facts, index_format = @index, revision = revision + (revision > 0),
         changed_at = iif(revision > 0, @now, changed_at) WHERE id = @sourceId`,
    )
    .run(of);
}
