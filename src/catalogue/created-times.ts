import type { Catalogue } from "./open-catalogue.ts";

/** When images of a backend were made (ISO 8601), by their ids; of those whose cloud says it. */
export function createdTimes(
  { sqlite }: Catalogue,
  backendId: string,
  imageIds: readonly string[],
): ReadonlyMap<string, string> {
  const select = `SELECT i.image_id, i.created_at FROM json_each(@ids) wanted
    JOIN backend_sources b ON b.backend_id = @backendId
    JOIN images i ON i.source_id = b.source_id AND i.image_id = wanted.value
    WHERE i.created_at IS NOT NULL ORDER BY b.precedence DESC`;
  const rows = sqlite
    .prepare<[{ ids: string; backendId: string }], [string, string]>(select)
    .raw()
    .all({ ids: JSON.stringify(imageIds), backendId });
  return new Map(rows);
}
