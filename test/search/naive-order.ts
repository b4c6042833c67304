import type { Backend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { readWithIds } from "../../src/catalogue/read/read-candidates.ts";
import { foldedFields } from "../../src/catalogue/facts/searched-texts.ts";
import { isVersionOf, versionsOf } from "../../src/catalogue/facts/stated-versions.ts";
import { variantOf } from "../../src/catalogue/facts/variant.ts";
import { createFamilyIndex } from "../../src/search/families/family-index.ts";
import { kindOf } from "../../src/search/term/fit.ts";
import { type ImageQuery, prepareQuery } from "../../src/search/term/image-query.ts";
import { scoresFor } from "../../src/search/find/look-up.ts";
import { newestFirstKey } from "../../src/version-order.ts";
import { createViews } from "../../src/search/find/view.ts";

/** The ids that a query without `latest` finds in a backend with one source, in the order of answers: every row is looked at, and all are sorted. */
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
      readWithIds(catalogue, source.id, ids).flatMap((row) => {
        const fields = foldedFields(row);
        if (!prepared.finds(row, fields)) return [];
        const named = prepared.isNamed(fields);
        const isExact = prepared.isExact(row) || (named && row.trust !== "community");
        const isOffered =
          row.state === "available" && row.hidden !== "true" && !(row.deprecatedAt && row.deprecatedAt <= now);
        const place = [
          starred.has(row.imageId),
          isExact,
          -kindOf(fields, prepared.term),
          prepared.term.versions.every((version) => isVersionOf(version, versionsOf(row))),
          TRUSTS.indexOf(row.trust),
          named,
          isOffered,
          -Math.min(3, variantOf(row)?.split(" ").length ?? 0),
          row.latest,
          row.orderedAt === null ? 0 : Date.parse(row.orderedAt),
          row.latest === 1 ? (scores.get(row.familyId ?? 0) ?? 0) : 0,
        ].map(Number);
        return { id: row.imageId, place, version: newestFirstKey(row.name) };
      }),
    )
    .toSorted(
      (a, b) => comparePlaces(a.place, b.place) || compareTexts(a.version, b.version) || compareTexts(a.id, b.id),
    )
    .map(({ id }) => id);
}

const TRUSTS = ["community", "verified", "official", "self"];

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, n) => value !== b[n]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
