import type { Catalogue } from "../file/open-catalogue.ts";
import { TOLD_COLUMNS, type ToldFacts } from "../facts/told-columns.ts";

/** All that the catalogue knows of an image in one source. Times are ISO 8601. */
export interface ImageRecord {
  readonly source: string;
  readonly id: string;
  readonly name: string;
  readonly extra: unknown;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Null while the source lists it. */
  readonly retiredAt: string | null;
  /** Null of one that is no build of anything. */
  readonly family: string | null;
  readonly latest: boolean;
  readonly publisher: string | null;
  readonly trust: string;
  readonly facts: ToldFacts;
}

interface Row extends Omit<ImageRecord, "extra" | "latest" | "facts"> {
  readonly extra: string;
  readonly latest: 0 | 1;
  /** JSON. */
  readonly facts: string;
}

const RECORD = `SELECT source, image_id AS id, name, extra, first_seen AS firstSeen, last_seen AS lastSeen,
  retired_at AS retiredAt, family, latest, publisher, trust,
  json_object('deprecated_at', deprecated_at, ${TOLD_COLUMNS.map(tell).join(", ")}) AS facts FROM readable_images WHERE image_id = ?`;

function tell({ name, kind }: (typeof TOLD_COLUMNS)[number]): string {
  return `'${name}', ${kind === "flag" ? `json(iif(${name}, 'true', 'false'))` : name}`;
}

/** An image in every source that holds or held it; those that still list it first. */
export function findImages({ sqlite }: Catalogue, imageId: string): ImageRecord[] {
  const rows = sqlite.prepare<[string], Row>(`${RECORD} ORDER BY retired_at IS NOT NULL, source`).all(imageId);
  return rows.map((row) => ({
    ...row,
    extra: JSON.parse(row.extra),
    latest: row.latest === 1,
    facts: JSON.parse(row.facts),
  }));
}

/** An image as a backend with these sources (in their order) shows it: present before retired. */
export function readImage(
  catalogue: Catalogue,
  sourceKeys: readonly string[],
  imageId: string,
): ImageRecord | undefined {
  const rank = (record: ImageRecord): number =>
    sourceKeys.indexOf(record.source) + (record.retiredAt === null ? 0 : sourceKeys.length);
  return findImages(catalogue, imageId)
    .filter(({ source }) => sourceKeys.includes(source))
    .toSorted((a, b) => rank(a) - rank(b))[0];
}
