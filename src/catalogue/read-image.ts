import type { Catalogue } from "./open-catalogue.ts";

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
  readonly family: string;
  readonly latest: boolean;
  readonly publisher: string | null;
  readonly trust: string;
}

interface Row extends Omit<ImageRecord, "extra" | "latest"> {
  readonly extra: string;
  readonly latest: 0 | 1;
}

const RECORD = `SELECT source, image_id AS id, name, extra, first_seen AS firstSeen, last_seen AS lastSeen,
  retired_at AS retiredAt, family, latest, publisher, trust FROM readable_images WHERE image_id = ?`;

/** An image in every source that holds or held it; those that still list it first. */
export function findImages({ sqlite }: Catalogue, imageId: string): ImageRecord[] {
  const rows = sqlite.prepare<[string], Row>(`${RECORD} ORDER BY retired_at IS NOT NULL, source`).all(imageId);
  return rows.map((row) => ({ ...row, extra: JSON.parse(row.extra), latest: row.latest === 1 }));
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
