import type { Catalogue } from "./open-catalogue.ts";
import { knownLatestBands } from "./positions.ts";

/**
 * A family of a known publisher (or of the account itself) as the search's index has it: the newest build's
 * words. One for all regions together; what only one account sees has documents of its own.
 */
export interface FamilyDocument {
  /** Unique: a family, and for an `own` source the source too. */
  readonly key: string;
  readonly familyId: number;
  /** The family's name: `*` for what differs between builds. */
  readonly name: string;
  readonly publisher: string;
  /** When the newest build was made; "" when unknown. */
  readonly createdAt: string;
  /** Description, platform, architecture, owner alias. */
  readonly about: string;
  /** Sources that have a build of it. */
  readonly sourceIds: readonly number[];
}

interface Row extends Omit<FamilyDocument, "key" | "sourceIds"> {
  readonly position: number;
  readonly sourceId: number;
  readonly scope: "public" | "own";
}

const ROWS = `
  SELECT i.position, i.family_id AS familyId, i.source_id AS sourceId, s.scope, f.name, coalesce(i.publisher, '') AS publisher,
    coalesce(i.created_at, '') AS createdAt,
    concat_ws(' ', i.description, i.platform, i.architecture, i.owner_alias) AS about
  FROM images i JOIN sources s ON s.id = i.source_id JOIN families f ON f.id = i.family_id
  WHERE i.position IS NOT NULL AND i.latest = 1 AND i.trust <> 'community'`;

/** Rows read at a time: each piece takes some milliseconds. */
const CHUNK = 500;

/**
 * Reads all documents, by key, in pieces: whoever runs it may do other things in between. What is committed
 * meanwhile may be seen in part; it is told by `changedFamilies` as well.
 */
export function* readFamilyDocuments({ sqlite }: Catalogue): Generator<void, Map<string, FamilyDocument>> {
  const documents = new Map<string, GrowingDocument>();
  const sourceIds = sqlite
    .prepare<[], number>("SELECT DISTINCT source_id FROM backend_sources ORDER BY 1")
    .pluck()
    .all();
  const select = sqlite.prepare<number[], Row>(
    `${ROWS} AND i.source_id = ? AND i.position > ? AND i.position < ? ORDER BY i.position LIMIT ${CHUNK}`,
  );
  for (const sourceId of sourceIds) {
    for (const [from, to] of knownLatestBands()) {
      for (let after: number | undefined = from; after !== undefined;) {
        const rows = select.all(sourceId, after, to);
        gather(rows, documents);
        after = rows.at(-1)?.position;
        yield;
      }
    }
  }
  return documents;
}

/** The documents of one family as they are now; keys that are missing are gone. */
export function readFamilyDocumentsOf({ sqlite }: Catalogue, familyId: number): Map<string, FamilyDocument> {
  const rows = sqlite.prepare<[number], Row>(
    `${ROWS} AND i.source_id IN (SELECT source_id FROM backend_sources) AND i.family_id = ? ORDER BY i.source_id`,
  );
  return gather(rows.all(familyId), new Map());
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

type GrowingDocument = FamilyDocument & { readonly sourceIds: number[]; createdAt: string };

function gather(rows: Iterable<Row>, documents: Map<string, GrowingDocument>): Map<string, FamilyDocument> {
  for (const { scope, sourceId, position: _, ...row } of rows) {
    const key = scope === "public" ? `${row.familyId}` : `${row.familyId}@${sourceId}`;
    const known = documents.get(key);
    if (known) {
      known.sourceIds.push(sourceId);
      if (row.createdAt > known.createdAt) known.createdAt = row.createdAt;
    } else documents.set(key, { ...row, key, sourceIds: [sourceId] });
  }
  return documents;
}
