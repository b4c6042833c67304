import type { Catalogue } from "../file/open-catalogue.ts";

/** The newest build in one source of a family of a known publisher, or of the account itself. */
export interface FamilyBuild {
  readonly familyId: number;
  /** The family's name: `*` for what differs between builds. */
  readonly name: string;
  readonly ownerId: string;
  readonly publisher: string;
  /** Description, platform, architecture, owner alias. */
  readonly about: string;
  /** ISO 8601; "" when unknown. */
  readonly createdAt: string;
}

/** Read from the index `images_of_known_families` alone: rows are large, and the newest builds are all over the file. */
const BUILDS = `
  SELECT i.family_id AS familyId, f.name, f.owner_id AS ownerId, coalesce(i.publisher, '') AS publisher,
    concat_ws(' ', i.description, i.platform, i.architecture, i.owner_alias) AS about,
    coalesce(i.created_at, '') AS createdAt
  FROM images i INDEXED BY images_of_known_families JOIN families f ON f.id = i.family_id
  WHERE i.source_id = ? AND i.position IS NOT NULL AND i.latest = 1 AND i.trust <> 'community'`;

/** Rows read at a time: each piece takes some milliseconds. */
const CHUNK = 500;

/**
 * Reads all builds of a source in pieces; other work may be done in between. Undefined when the source is no longer of this
 * revision: what was read may be of both.
 */
export function* readFamilyBuilds(
  { sqlite }: Catalogue,
  sourceId: number,
  revision: number,
): Generator<void, FamilyBuild[] | undefined> {
  const builds: FamilyBuild[] = [];
  const currentRevision = sqlite.prepare<[number], number>("SELECT revision FROM sources WHERE id = ?").pluck();
  const select = sqlite.prepare<[number, number], FamilyBuild>(
    `${BUILDS} AND i.family_id > ? ORDER BY i.family_id LIMIT ${CHUNK}`,
  );
  const readPiece = sqlite.transaction((after: number) =>
    currentRevision.get(sourceId) === revision ? select.all(sourceId, after) : undefined,
  );
  for (let after = 0; ;) {
    const rows = readPiece.deferred(after);
    if (!rows) return undefined;
    for (const build of rows) builds.push(build);
    const last = rows.at(-1);
    if (rows.length < CHUNK || !last) return builds;
    after = last.familyId;
    yield;
  }
}

/** The builds of some families of a source as they are now; of families that have none, nothing. */
export function readFamilyBuildsOf(
  { sqlite }: Catalogue,
  sourceId: number,
  familyIds: readonly number[],
): FamilyBuild[] {
  const select = sqlite.prepare<[number, string], FamilyBuild>(
    `${BUILDS} AND i.family_id IN (SELECT value FROM json_each(?))`,
  );
  return select.all(sourceId, JSON.stringify(familyIds));
}

/** The families that commits after `revision` touched, or undefined when too much happened to tell. */
export function changedFamilies({ sqlite }: Catalogue, sourceId: number, revision: number): number[] | undefined {
  const of = { sourceId, revision };
  const told = sqlite
    .prepare<[typeof of], number>(
      `SELECT count(DISTINCT c.revision) = s.revision - @revision FROM sources s
       LEFT JOIN family_changes c ON c.source_id = s.id AND c.revision > @revision WHERE s.id = @sourceId`,
    )
    .pluck()
    .get(of);
  if (!told) return undefined;
  return sqlite
    .prepare<[typeof of], number>(
      "SELECT DISTINCT family_id FROM family_changes WHERE source_id = @sourceId AND revision > @revision",
    )
    .pluck()
    .all(of);
}
