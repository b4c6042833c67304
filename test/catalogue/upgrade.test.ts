import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { getBackend } from "../../src/record/backends.ts";
import { checkCatalogue } from "../../src/catalogue/transfer/check-catalogue.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { listTextTables } from "../../src/catalogue/index/drop-text-tables.ts";
import { readReadiness } from "../../src/catalogue/read/source-readiness.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import { createImageSearch } from "../../src/search/answer/search-images.ts";
import { tidyCatalogue } from "../../src/sync/tidy-catalogue.ts";
import { createTemporaryFolder } from "./releases.ts";

/*
 * Catalogues that earlier releases wrote, opened by this one.
 */

const VERSIONS = readdirSync(join(import.meta.dirname, "files")).flatMap(
  (name) => /^release-(.+)\.db$/.exec(name)?.[1] ?? [],
);

describe.each(VERSIONS)("a catalogue of release %s, opened by this one", (version) => {
  test("is whole", () => {
    using folder = createTemporaryFolder();
    using catalogue = openCatalogue(folder.copyOfRelease(version));

    expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  test("has no own images: they may be of another account than their backend has now", () => {
    using folder = createTemporaryFolder();
    using catalogue = openCatalogue(folder.copyOfRelease(version));

    expect(
      read(catalogue, "SELECT image_id FROM images WHERE image_id LIKE '%own%' OR image_id LIKE '%stack%'"),
    ).toEqual([]);
    expect(
      read(
        catalogue,
        "SELECT name FROM families WHERE name LIKE '%payroll%' OR name LIKE '%ledger%' OR name LIKE '%cormorant%'",
      ),
    ).toEqual([]);
    expect(read(catalogue, "SELECT image_id FROM image_changes ORDER BY id")).toEqual([
      "ami-0newcomer00",
      "ami-0canonical000",
    ]);
    expect(read(catalogue, "SELECT id FROM families WHERE id NOT IN (SELECT family_id FROM images)")).toEqual([]);
  });

  test("lists the own images of each backend as never listed", () => {
    using folder = createTemporaryFolder();
    using catalogue = openCatalogue(folder.copyOfRelease(version));

    const [alpha, beta, stack] = ["alpha", "beta", "stack"].map((id) => sourcesOf(catalogue, id));
    expect(alpha).toMatchObject([
      { scope: "own", revision: 0, imageCount: 0, syncedAt: null, account: null },
      { scope: "public", key: "ec2 eu-west-1 public", place: "ec2 eu-west-1 public", imageCount: 34 },
    ]);
    expect(beta).toMatchObject([{ scope: "own", revision: 0 }, { id: alpha?.[1]?.id }]);
    expect(stack).toMatchObject([{ scope: "own", revision: 0 }]);
    const own = [alpha, beta, stack].map((sources) => sources?.[0]?.id ?? 0);
    expect(Math.min(...own)).toBeGreaterThan(4);
    expect(new Set(own).size).toBe(3);
  });

  test("keeps stars, webhooks, and what is queued of public images only", () => {
    using folder = createTemporaryFolder();
    using catalogue = openCatalogue(folder.copyOfRelease(version));

    expect(read(catalogue, "SELECT backend_id || ' ' || image_id FROM stars ORDER BY 1")).toEqual([
      "alpha ami-0alphaown01",
      "alpha ami-0canonical020",
      "beta ami-0stranger003",
    ]);
    expect(read(catalogue, "SELECT id || ' ' || cursor FROM webhooks ORDER BY 1")).toEqual([
      "hook-alpha 4",
      "hook-beta 4",
    ]);
    expect(
      read(catalogue, "SELECT webhook_id || ' ' || run_id || ' ' || state FROM webhook_deliveries ORDER BY 1"),
    ).toEqual(["hook-alpha 6 pending", "hook-beta 6 pending"]);
    expect(read(catalogue, "SELECT id FROM webhook_deliveries WHERE body LIKE '%payroll%'")).toEqual([]);
    expect(read(catalogue, "SELECT id FROM access_tokens")).toEqual(["t-old"]);
  });

  test("gets a search index for each source beside answers, and loses the FTS5 tables", async () => {
    using folder = createTemporaryFolder();
    using catalogue = openCatalogue(folder.copyOfRelease(version));
    const backend = getBackend(catalogue, "beta");
    expect(readReadiness(catalogue, sourcesOf(catalogue, "beta"), LATER).ready).toEqual([]);

    await tidy(catalogue);

    expect(listTextTables(catalogue.sqlite)).toEqual([]);
    expect(readReadiness(catalogue, sourcesOf(catalogue, "beta"), LATER).ready).toMatchObject([{ imageCount: 34 }]);
    expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
    const search = createImageSearch(catalogue, () => LATER);
    const page = await search.page([backend], { term: "stranger", match: "words" }, { limit: 50, offset: 0 });
    expect(page.total).toBeGreaterThan(0);
  });
});

const LATER = "2026-12-01T12:00:00.000Z";

async function tidy({ file }: Catalogue): Promise<void> {
  await tidyCatalogue({
    recordOf: createLocalRecord,
    file,
    keepRetired: 400,
    now: LATER,
    signal: new AbortController().signal,
    log: createLog("silent"),
  });
}

function read({ sqlite }: Catalogue, sql: string): unknown[] {
  return sqlite.prepare(sql).pluck().all();
}
