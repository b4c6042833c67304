import type Database from "better-sqlite3";
import type { MachineImage, Visibility } from "../../image.ts";
import { boundTexts } from "../facts/bound-image.ts";
import { columnsOf, FACTS_FORMAT, type ImageColumns } from "../facts/columns-of.ts";
import { INDEX_FORMAT, indexAtOnce } from "../index/index-source.ts";
import type { Trust } from "../facts/publishers.ts";
import { wholeExtra } from "./shared-extra.ts";
import { findTurned, turnBuilds } from "./rank-builds.ts";
import { STAGED_COLUMNS } from "./staged-rows.ts";

/** Rows read at a time: bounds memory, since one may be of a megabyte. */
const CHUNK = 100;

/** An image's row, with its family's name as it was. */
interface StoredImage {
  readonly id: number;
  readonly image_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly owner_id: string | null;
  readonly owner_alias: string | null;
  readonly platform: string | null;
  readonly architecture: string | null;
  readonly visibility: Visibility;
  readonly trust: Trust;
  readonly created_at: string | null;
  readonly deprecated_at: string | null;
  readonly keywords: string;
  readonly extra: string;
  readonly family_name: string | null;
}

/**
 * Works out anew what follows from the images of a source: publishers, trust, families, newest builds and the search index, in
 * the caller's transaction. The next listing reads each image anew. None of them may have a position.
 */
export function deriveImages(
  sqlite: Database.Database,
  source: { readonly id: number; readonly provider: string; readonly scope: "public" | "own" },
): void {
  const nextRows = sqlite.prepare<[number, number], StoredImage>(
    `SELECT i.*, ${wholeExtra("i")} AS extra, f.name AS family_name FROM images i LEFT JOIN families f ON f.id = i.family_id
     WHERE i.source_id = ? AND i.id > ? ORDER BY i.id LIMIT ${CHUNK}`,
  );
  const rewrite = openRewriting(sqlite);
  for (let after = 0; ;) {
    const rows = nextRows.all(source.id, after);
    for (const row of rows) {
      const image = imageOf(row, source.scope);
      rewrite(row.id, columnsOf(boundTexts(image) ?? image, source.provider, ""));
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  const present = "FROM images WHERE source_id = ? AND retired_at IS NULL";
  sqlite.prepare("UPDATE images SET position = id WHERE source_id = ? AND retired_at IS NULL").run(source.id);
  findTurned(sqlite, source.id);
  turnBuilds(sqlite);
  indexAtOnce(sqlite, source.id);
  sqlite
    .prepare(
      `UPDATE sources SET image_count = (SELECT count(*) ${present}), facts_format = ?, index_format = ? WHERE id = ?`,
    )
    .run(source.id, FACTS_FORMAT, INDEX_FORMAT, source.id);
}

function openRewriting(sqlite: Database.Database): (id: number, columns: ImageColumns) => void {
  const family = "@owner_id, @family_name, @architecture";
  const ensureFamily = sqlite.prepare<[Record<string, string>]>(
    `INSERT INTO families (owner_id, name, architecture) VALUES (${family}) ON CONFLICT DO NOTHING`,
  );
  const familyId = sqlite
    .prepare<[Record<string, string>], number>(
      `SELECT id FROM families WHERE (owner_id, name, architecture) = (${family})`,
    )
    .pluck();
  const written = STAGED_COLUMNS.filter(
    (column) => !["family_name", "image_id", "extra", "shared_id"].includes(column),
  );
  const update = sqlite.prepare<[ImageColumns & { readonly id: number; readonly family: number | undefined }]>(
    `UPDATE images SET family_id = @family, ${written.map((column) => `${column} = @${column}`).join(", ")} WHERE id = @id`,
  );
  return (id, columns) => {
    const of = {
      owner_id: columns.owner_id ?? "",
      family_name: columns.family_name,
      architecture: columns.architecture ?? "",
    };
    ensureFamily.run(of);
    update.run({ ...columns, id, family: familyId.get(of) });
  };
}

function imageOf(row: StoredImage, scope: "public" | "own"): MachineImage {
  const keywords: string[] = JSON.parse(row.keywords);
  const extra: MachineImage["extra"] = JSON.parse(row.extra);
  return {
    id: row.image_id,
    // A nameless image has its id as its name; its family has that name, or none.
    name: row.name === row.image_id && ["", row.image_id].includes(row.family_name ?? "") ? null : row.name,
    description: row.description,
    ownerId: row.owner_id,
    ownerAlias: row.owner_alias,
    platform: row.platform,
    architecture: row.architecture,
    visibility: row.visibility,
    // Whoever asks: of a source that many share nothing is anybody's own.
    owned: scope === "own" && row.trust === "self",
    createdAt: timeOf(row.created_at),
    deprecatedAt: timeOf(row.deprecated_at),
    keywords,
    extra,
  };
}

/** A time that cannot be read would be sorted before all others. */
function timeOf(text: string | null): string | null {
  return text !== null && /^\d{4}-/.test(text) && Number.isFinite(Date.parse(text)) ? text : null;
}
