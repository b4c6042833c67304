import { inflateRawSync } from "node:zlib";
import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import Database from "better-sqlite3";
import { createLocalRecord } from "../../src/record/record.ts";
import { exportCatalogue } from "../../src/catalogue/transfer/export-catalogue.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { forgetRetired } from "../../src/catalogue/listing/forget-retired.ts";
import { createTemporaryFolder } from "./releases.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "./seed.ts";

const options = { now: () => NOW };
const OWN = { key: "ec2 eu-west-1 own", scope: "own" as const };
const PUBLIC = { key: "ec2 eu-west-1 public", scope: "public" as const };

/** Many, so that names are in inner pages of indexes too. */
function secretImages(word: string): ReturnType<typeof image>[] {
  return Array.from({ length: 300 }, (_, n) =>
    image(`ami-${word}${n}`, {
      name: `${word}-build-${n}`,
      description: `of ${word}`,
      visibility: "private",
      owned: true,
    }),
  );
}

test.each([[false], [true]])(
  "an export (with secrets: %s) has no word of images that no backend shows",
  async (withSecrets) => {
    using folder = createTemporaryFolder();
    using catalogue = openTemporaryCatalogue();
    const kept = await seedBackend(catalogue, "kept", [OWN, PUBLIC]);
    const gone = await seedBackend(catalogue, "gone", [OWN, PUBLIC]);
    commitImages(catalogue, kept, [image("ami-kept", { name: "quagga-base" })], { at: 0 });
    commitImages(catalogue, kept, [image("ami-shared", { name: "wombat-base" })], { at: 1 });
    commitImages(catalogue, gone, secretImages("platypus"), { at: 0 });
    commitImages(catalogue, gone, secretImages("platypus").slice(1), { at: 0 });
    await createLocalRecord(catalogue).deleteBackend("gone");

    const written = exportCatalogue(catalogue, folder.path("x.db"), { ...options, withSecrets });

    expect(written).toMatchObject({ backends: 1, images: 2 });
    expect(readFileSync(`${catalogue.file}-wal`).includes("platypus")).toBe(true);
    expect(bytesOf(folder.path("x.db")).includes("platypus")).toBe(false);
    expect(readFileSync(folder.path("x.db")).includes("quagga")).toBe(true);
    using exported = openCatalogue(folder.path("x.db"));
    expect(read(exported, "SELECT name FROM families ORDER BY 1")).toEqual(["quagga-base", "wombat-base"]);
    expect(read(exported, "SELECT count(*) FROM image_changes")).toEqual([0]);
    expect(read(exported, "SELECT DISTINCT source_id FROM search_segments")).toHaveLength(2);
  },
);

test("an export has no word of a view that is held, nor of what a shown index was rid of", async () => {
  using folder = createTemporaryFolder();
  using catalogue = openTemporaryCatalogue();
  const held = await seedBackend(catalogue, "held", [OWN]);
  commitImages(catalogue, held, secretImages("pangolin"));
  const moved = await seedBackend(catalogue, "held", [{ key: "ec2 us-east-1 own", scope: "own" }], "ec2", "us-east-1");
  commitImages(catalogue, moved, [...secretImages("okapi").slice(0, 5), image("ami-other")]);
  catalogue.sqlite.exec(
    "INSERT INTO held_views SELECT 'held', id, '2026-11-01T00:00:00.000Z' FROM sources WHERE place = 'ec2 eu-west-1 own'",
  );
  // Some are retired and forgotten: the index has their words until it is merged.
  commitImages(catalogue, moved, [...secretImages("okapi").slice(0, 2), image("ami-other")]);
  commitImages(catalogue, moved, [image("ami-other")], { now: "2026-11-02T12:00:00.000Z" });
  await forgetRetired(catalogue, "2027-11-01T12:00:00.000Z", 1);
  catalogue.sqlite.exec("DELETE FROM image_changes");
  expect(bytesOf(catalogue.file).includes("okapi")).toBe(true);

  exportCatalogue(catalogue, folder.path("x.db"), { ...options, withSecrets: true });

  const bytes = bytesOf(folder.path("x.db"));
  expect([bytes.includes("pangolin"), bytes.includes("okapi")]).toEqual([false, false]);
  using exported = openCatalogue(folder.path("x.db"));
  expect(read(exported, "SELECT count(*) FROM held_views")).toEqual([0]);
});

test("an export without secrets leaves out accounts and fingerprints; with them it keeps both", async () => {
  using folder = createTemporaryFolder();
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "b");
  catalogue.sqlite.exec("INSERT INTO accounts VALUES ('fingerprint', '123456789012', '2026-11-01T00:00:00.000Z')");
  insertRun(catalogue, sourcesOf(catalogue, backend.id)[0]?.id ?? 0, NOW);

  exportCatalogue(catalogue, folder.path("plain.db"), options);
  exportCatalogue(catalogue, folder.path("backup.db"), { ...options, withSecrets: true });

  using plain = openCatalogue(folder.path("plain.db"));
  using backup = openCatalogue(folder.path("backup.db"));
  const select =
    "SELECT (SELECT count(*) FROM accounts) || ' ' || (credentials IS NOT NULL) || ' ' || enabled FROM backends";
  expect([read(plain, select), read(backup, select)]).toEqual([["0 0 0"], ["1 1 1"]]);
  expect(read(plain, "SELECT state || ' ' || code FROM runs")).toEqual(["failed interrupted"]);
});

test("what an older release wrote is exported in the form of this one", () => {
  using folder = createTemporaryFolder();
  const file = folder.copyOfRelease("0.1.0");
  const before = readFileSync(file);

  const sqlite = new Database(":memory:");
  const written = exportCatalogue({ file, sqlite } as Catalogue, folder.path("x.db"), options);

  expect(written).toMatchObject({ backends: 3, images: 34 });
  expect(bytesOf(folder.path("x.db")).includes("payroll-newcomer")).toBe(false);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a link at its target or a file of an earlier connection does no harm", async () => {
  using folder = createTemporaryFolder();
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "b"), [image("ami-1")]);
  writeFileSync(folder.path("precious"), "precious");
  symlinkSync(folder.path("precious"), folder.path("x.db"));
  for (const suffix of ["-wal", "-journal"]) writeFileSync(folder.path(`x.db${suffix}`), "of another file");

  exportCatalogue(catalogue, folder.path("x.db"), { ...options, force: true });

  expect(readFileSync(folder.path("precious"), "utf8")).toBe("precious");
  expect(statSync(folder.path("x.db")).mode & 0o777).toBe(0o600);
  using exported = openCatalogue(folder.path("x.db"));
  expect(read(exported, "SELECT image_id FROM images")).toEqual(["ami-1"]);
  expect(() => exportCatalogue(catalogue, folder.path("."), options)).toThrow(/is not a file; expected a new file$/);
});

/** The bytes of a file and of its log, and those of its packed pages as they are unpacked. */
function bytesOf(file: string): Buffer {
  const db = new Database(file, { readonly: true });
  const pages = db.prepare<[], Buffer>("SELECT data FROM search_pages").pluck().all();
  db.close();
  return Buffer.concat([readFileSync(file), ...pages.map(unpacked)]);
}

function unpacked(page: Buffer): Buffer {
  try {
    return inflateRawSync(page);
  } catch {
    return page;
  }
}

function read({ sqlite }: Catalogue, sql: string): unknown[] {
  return sqlite.prepare(sql).pluck().all();
}
