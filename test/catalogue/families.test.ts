import { expect, test } from "vitest";
import { IS_EMPTY_FAMILY } from "../../src/catalogue/listing/families.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";

test("looks a family's images up, and never walks through all of them for each family", () => {
  using catalogue = openCatalogue(":memory:");
  const plan = catalogue.sqlite
    .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT id FROM families WHERE ${IS_EMPTY_FAMILY}`)
    .all()
    .map(({ detail }) => detail);
  expect(plan).toContainEqual(expect.stringMatching(/^SEARCH i USING .*source_id=\? AND family_id=\?/));
});
