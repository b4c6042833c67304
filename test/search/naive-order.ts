import type { Backend } from "../../src/catalogue/backends.ts";
import { orderKey, timeOf, trustOfKey } from "../../src/catalogue/index/indexed-image.ts";
import type { Catalogue } from "../../src/catalogue/open-catalogue.ts";
import { readWithIds } from "../../src/catalogue/read-images.ts";
import { foldedFields } from "../../src/catalogue/searched-texts.ts";
import { createFamilyIndex } from "../../src/search/family-index.ts";
import { type ImageQuery, prepareQuery } from "../../src/search/image-query.ts";
import { scoresFor } from "../../src/search/look-up.ts";
import { newestFirstKey } from "../../src/version-order.ts";
import { compareRank } from "../../src/search/rank.ts";
import { createViews } from "../../src/search/view.ts";

/** The ids that a query finds in a backend with one source, in the order of answers: every row is looked at, and all are sorted. */
export async function naiveOrder(
  catalogue: Catalogue,
  backend: Backend,
  query: ImageQuery,
  now: string,
): Promise<string[]> {
  const families = createFamilyIndex(catalogue);
  await families.caughtUp();
  const view = createViews(catalogue).of([backend]);
  const prepared = prepareQuery(query, now);
  const scores = scoresFor(view, prepared, families);
  const ids = catalogue.sqlite
    .prepare<[], string>("SELECT image_id FROM images WHERE retired_at IS NULL")
    .pluck()
    .all();
  return view.sources
    .flatMap(({ source, starred }) =>
      readWithIds(catalogue.sqlite, source.id, ids).flatMap((row) => {
        const fields = foldedFields(row);
        if (!prepared.finds(row, fields)) return [];
        const named = prepared.isNamed(fields);
        const key = orderKey(row.trust, row.latest === 1, timeOf(row.orderedAt));
        return {
          id: row.imageId,
          version: newestFirstKey(row.name),
          key,
          starred: starred.has(row.imageId),
          exact: prepared.isExact(row) || (named && trustOfKey(key) > 0),
          named,
          fit: prepared.fit(fields),
          score: row.latest === 1 ? (scores.get(row.familyId) ?? 0) : 0,
        };
      }),
    )
    .toSorted((a, b) => compareRank(a, b) || compareTexts(a.version, b.version) || compareTexts(a.id, b.id))
    .map(({ id }) => id);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
