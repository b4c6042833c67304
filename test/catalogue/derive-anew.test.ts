import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { getBackend } from "../../src/record/backends.ts";
import { checkCatalogue } from "../../src/catalogue/transfer/check-catalogue.ts";
import { deriveAnew, sourcesToDerive } from "../../src/catalogue/listing/derive-anew.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import type { JsonValue, MachineImage } from "../../src/image.ts";
import { createImageSearch } from "../../src/search/answer/search-images.ts";
import { createLog } from "../../src/log.ts";
import { tidyCatalogue } from "../../src/sync/tidy-catalogue.ts";
import { commitImages } from "./seed.ts";

const LATER = "2026-12-01T12:00:00.000Z";
const RELEASES = ["release-0.1.0.db"];

test.each(RELEASES)(
  "%s: the first listing after the upgrade is no news, but what the cloud changed is",
  async (name) => {
    using upgraded = openRelease(name);
    const { sqlite } = upgraded;
    const backend = getBackend(upgraded, "alpha");
    const at = publicSource(upgraded);
    const before = newsOf(upgraded);
    const images = imagesOf(upgraded, sourcesOf(upgraded, "alpha")[at]?.id);

    const counts = commitImages(upgraded, backend, images, { at, now: LATER });

    expect(images.length).toBe(34);
    expect(counts).toEqual({ added: 0, changed: 0, retired: 0, returned: 0 });
    expect(newsOf(upgraded)).toEqual(before);
    const read = sqlite.prepare(
      "SELECT DISTINCT extra ->> 'read_since' FROM images WHERE retired_at IS NULL AND source_id = 2",
    );
    expect(read.pluck().all()).toEqual(["this release"]);
    const [first, ...rest] = images;
    const renamed = { ...first, name: "another name" } as MachineImage;
    expect(commitImages(upgraded, backend, [renamed, ...rest], { at, now: LATER })).toMatchObject({ changed: 1 });
  },
);

test.each(RELEASES)("%s: what only the cloud changed while the release changed is told", async (name) => {
  using upgraded = openRelease(name);
  const at = publicSource(upgraded);
  const [first, second, ...rest] = imagesOf(upgraded, sourcesOf(upgraded, "alpha")[at]?.id);
  const renamed = { ...first, name: "another name" } as MachineImage;

  const counts = commitImages(upgraded, getBackend(upgraded, "alpha"), [renamed, ...rest], { at, now: LATER });

  expect(counts).toEqual({ added: 0, changed: 1, retired: 1, returned: 0 });
  const news = upgraded.sqlite.prepare("SELECT image_id, kind, fields FROM image_changes WHERE at = ? ORDER BY kind");
  expect(news.raw().all(LATER)).toEqual([
    [first?.id, "changed", '["name"]'],
    [second?.id, "retired", null],
  ]);
});

test.each(RELEASES)("%s: what that release derived is derived anew, and told to nobody", async (name) => {
  using upgraded = openRelease(name);
  const { sqlite } = upgraded;
  const search = createImageSearch(upgraded, () => LATER);
  const find = async (term: string): Promise<number> =>
    (await search.page([getBackend(upgraded, "beta")], { term, match: "words" }, { limit: 5, offset: 0 })).total;
  const before = newsOf(upgraded);
  await tidy(upgraded);
  const total = await find("");
  const trusts = sqlite.prepare("SELECT image_id, publisher, trust FROM images ORDER BY id").all();
  // As if that release had folded otherwise, known other publishers, and indexed other words.
  sqlite.exec(`UPDATE images SET folded_name = 'x', publisher = 'X', trust = 'community';
    DELETE FROM search_segments; UPDATE sources SET revision = revision + 1, facts_format = 0, index_format = 1`);
  expect(await find("stranger")).toBe(0);

  await tidy(upgraded);

  expect(await find("stranger")).toBeGreaterThan(0);
  expect(await find("")).toBe(total);
  expect(sqlite.prepare("SELECT image_id, publisher, trust FROM images ORDER BY id").all()).toEqual(trusts);
  expect(sqlite.prepare("SELECT count(*) FROM images WHERE folded_name = 'x'").pluck().get()).toBe(0);
  const jammy =
    "SELECT DISTINCT os, os_version, os_codename, architecture, state FROM images WHERE name LIKE '%jammy-22.04-amd64%' AND trust = 'official'";
  expect(sqlite.prepare(jammy).raw().all()).toEqual([["ubuntu", "22.04", "jammy", "x86_64", "available"]]);
  expect(newsOf(upgraded)).toEqual(before);
  expect(sourcesToDerive(upgraded)).toEqual([]);
});

test("a derivation that breaks off is told to nobody, and done the next time", async () => {
  using upgraded = openRelease("release-0.1.0.db");
  const { sqlite } = upgraded;
  const before = newsOf(upgraded);
  sqlite.exec(
    "CREATE TEMP TRIGGER break_off BEFORE UPDATE OF facts_format ON sources BEGIN SELECT raise(ABORT, 'off'); END",
  );

  await expect(deriveAnew(upgraded, 2, LATER)).rejects.toThrow("off");

  expect(newsOf(upgraded)).toEqual(before);
  expect(sourcesToDerive(upgraded)).toContain(2);
  expect(sqlite.prepare("SELECT count(*) FROM search_segments WHERE state = 'live'").pluck().get()).toBe(0);
  sqlite.exec("DROP TRIGGER temp.break_off");
  expect(await deriveAnew(upgraded, 2, LATER)).toBe(true);
  expect(await deriveAnew(upgraded, 2, LATER)).toBe(false);
  expect([...checkCatalogue(upgraded)].flatMap(({ troubles }) => troubles)).toEqual([]);
});

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

function openRelease(name: string): Catalogue {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-test-"));
  const file = join(folder, name);
  copyFileSync(join(import.meta.dirname, "files", name), file);
  const catalogue = openCatalogue(file);
  return {
    ...catalogue,
    [Symbol.dispose]() {
      catalogue[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function publicSource(catalogue: Catalogue): number {
  return sourcesOf(catalogue, "alpha").findIndex(({ scope }) => scope === "public");
}

/** What journal and webhooks hold. */
function newsOf({ sqlite }: Catalogue): unknown[] {
  return ["image_changes", "webhook_deliveries"].map((table) =>
    sqlite.prepare(`SELECT * FROM ${table} ORDER BY id`).all(),
  );
}

interface Row {
  readonly [column: string]: string | null;
}

/** What the cloud lists: the images that a source has, as a reader gives them that knows one field more. */
function imagesOf({ sqlite }: Catalogue, sourceId: number | undefined): MachineImage[] {
  const rows = sqlite.prepare<[number | undefined], Row>(
    "SELECT * FROM images WHERE source_id = ? AND retired_at IS NULL",
  );
  return rows.all(sourceId).map((row) => ({
    id: row["image_id"] ?? "",
    name: row["name"] ?? null,
    description: row["description"] ?? null,
    ownerId: row["owner_id"] ?? null,
    ownerAlias: row["owner_alias"] ?? null,
    platform: row["platform"] ?? null,
    architecture: row["architecture"] ?? null,
    visibility: row["visibility"] as MachineImage["visibility"],
    owned: false,
    createdAt: row["created_at"] ?? null,
    deprecatedAt: row["deprecated_at"] ?? null,
    keywords: JSON.parse(row["keywords"] ?? "[]") as string[],
    extra: { ...(JSON.parse(row["extra"] ?? "{}") as Record<string, JsonValue>), read_since: "this release" },
  }));
}
