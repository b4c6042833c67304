import type { Connection } from "../file/connection.ts";
import { columnsOf, FACTS_FORMAT } from "../facts/columns-of.ts";
import type { MachineImage } from "../../image.ts";
import { imageOf, type ToldImage } from "./derive-anew.ts";
import { createExtraSplitter, openSharing } from "./shared-extra.ts";
import { STAGED_COLUMNS, type StagedImage } from "./staged-rows.ts";

/** An image's row as a record has it: what was derived of it, by which release, and when it came and went. */
export interface FollowedImage extends Omit<StagedImage, "shared_id"> {
  readonly first_seen: string;
  readonly last_seen: string | null;
  readonly retired_at: string | null;
  readonly facts_format: number;
}

/** Rows of a source that a node copies from its record, in temporary tables until their commit. */
export interface FollowedStage {
  readonly sourceId: number;
  add(rows: readonly FollowedImage[]): void;
  /** Lets another source be staged meanwhile. */
  setAside(): void;
  /** When no other is there, makes them `temp.staged`, `temp.staged_extras` and `temp.followed`, as commits expect them. */
  takeUp(): void;
  drop(): void;
}

const TABLES = ["staged", "staged_extras", "followed"];

/** One source at a time is staged; what is set aside waits. What an earlier try left is forgotten. */
export function stageFollowed({ sqlite }: Connection, sourceId: number, provider: string): FollowedStage {
  const plain = (name: string): string => name;
  const aside = (name: string): string => `${name}_${sourceId}`;
  for (const name of [...TABLES.map(plain), ...TABLES.map(aside)]) sqlite.exec(`DROP TABLE IF EXISTS temp.${name}`);
  sqlite.exec(`CREATE TEMP TABLE staged (${STAGED_COLUMNS.join(", ")});
    CREATE TEMP TABLE followed (image_id TEXT PRIMARY KEY, first_seen TEXT, last_seen TEXT, retired_at TEXT)`);
  const [split, share] = [createExtraSplitter(), openSharing(sqlite)];
  const values = STAGED_COLUMNS.map(() => "?").join(", ");
  const insert = sqlite.prepare<unknown[]>(`INSERT INTO temp.staged (${STAGED_COLUMNS.join(", ")}) VALUES (${values})`);
  const note = sqlite.prepare<unknown[]>("INSERT INTO temp.followed VALUES (?, ?, ?, ?)");
  let isAside = false;
  const addAll = sqlite.transaction((rows: readonly FollowedImage[]) => {
    for (const row of rows) {
      const extra: MachineImage["extra"] = JSON.parse(row.extra);
      const columns = row.facts_format === FACTS_FORMAT ? row : deriveHere(row, provider);
      const staged: StagedImage = { ...columns, ...share(split(extra)) };
      insert.run(STAGED_COLUMNS.map((column) => staged[column]));
      note.run(row.image_id, row.first_seen, row.last_seen, row.retired_at);
    }
  });
  const rename = (from: (name: string) => string, to: (name: string) => string): void => {
    for (const name of TABLES) sqlite.exec(`ALTER TABLE temp.${from(name)} RENAME TO ${to(name)}`);
  };
  return {
    sourceId,
    add: (rows) => addAll.deferred(rows),
    setAside() {
      if (!isAside) rename(plain, aside);
      isAside = true;
    },
    takeUp() {
      if (isAside) rename(aside, plain);
      isAside = false;
    },
    drop() {
      for (const name of TABLES) sqlite.exec(`DROP TABLE temp.${isAside ? aside(name) : name}`);
    },
  };
}

/** Another release derived other things of it: each node derives by its own. */
function deriveHere(row: FollowedImage, provider: string): Omit<StagedImage, "shared_id"> {
  const told: ToldImage = {
    imageId: row.image_id,
    name: row.name,
    description: row.description,
    ownerId: row.owner_id,
    ownerAlias: row.owner_alias,
    platform: row.platform,
    architecture: row.architecture,
    visibility: readVisibility(row.visibility),
    createdAt: row.created_at,
    deprecatedAt: row.deprecated_at,
    trust: row.trust,
    keywords: row.keywords,
    extra: row.extra,
    family: row.family_name,
  };
  return { ...columnsOf(imageOf(told), provider, row.digest, row.part), extra: row.extra };
}

const VISIBILITIES = ["public", "private", "shared", "community"] as const;

function readVisibility(text: string): MachineImage["visibility"] {
  return VISIBILITIES.find((one) => one === text) ?? "private";
}
