import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEc2Catalogue } from "./create-ec2-catalogue.ts";
import { createWorkplace, listeningUrl, type Workplace } from "./run-imagedex.ts";

/*
 * `imagedex export`, `import` and `check` as a user runs them. One catalogue is synced for all tests; each works on a copy.
 */

const A_WEBHOOK = `INSERT INTO webhooks (id, backend_id, url, sealed_secret, search, kinds, created_at, cursor)
  VALUES ('w1', 'cloud', 'https://example.com/', 'sealed', '{}', '[]', '2026-01-01T00:00:00.000Z', 0)`;

const A_TOKEN = `INSERT INTO access_tokens (id, hash, scope, created_at)
  VALUES ('t1', '${"5eed".repeat(16)}', 'admin', '2026-01-01T00:00:00.000Z')`;

let template: Workplace;

beforeAll(async () => {
  template = await createEc2Catalogue();
});

afterAll(() => template[Symbol.dispose]());

/** A workplace of its own with a copy of the synced catalogue. */
function createCopy(): Workplace {
  const place = createWorkplace();
  for (const name of readdirSync(template.folder)) copyFileSync(join(template.folder, name), join(place.folder, name));
  return place;
}

test("an exported catalogue starts another instance: images, stars and backends, without credentials", async () => {
  using here = createCopy();
  using there = createWorkplace();
  const file = join(here.folder, "carried.db");
  edit(here.database, A_WEBHOOK);
  edit(here.database, A_TOKEN);
  edit(here.database, "INSERT INTO stars SELECT 'cloud', image_id, '2026-01-01T00:00:00.000Z' FROM images LIMIT 3");

  const exported = await here.run(["export", file, "--json"]);
  const imported = await there.run(["import", file, "--json"]);

  expect(exported, exported.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(exported.stdout)).toMatchObject({ file, backends: 1, images: 359 });
  expect(imported, imported.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(imported.stdout)).toMatchObject({ database: there.database, backends: 1, images: 359 });
  expect(contents(there.database)).toEqual(contents(here.database));
  expect(read(there.database, "SELECT DISTINCT digest FROM images")).toEqual([[""]]);
  expect(statSync(there.database).mode & 0o777).toBe(0o600);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(read(there.database, "SELECT enabled, sealed_apikey, sealed_apisecret FROM backends")).toEqual([
    [0, null, null],
  ]);
  expect(read(there.database, "SELECT * FROM webhooks")).toEqual([]);
  expect(read(there.database, "SELECT * FROM access_tokens")).toEqual([]);
  expect(readFileSync(file).includes("5eed5eed")).toBe(false);
  for (const sealed of read(here.database, "SELECT sealed_apikey, sealed_apisecret FROM backends").flat())
    expect(readFileSync(file).includes(String(sealed))).toBe(false);
  const searched = await there.run(["search", "cloud", "--json", "--limit", "2", "linux"]);
  expect(searched.stdout).toBe((await here.run(["search", "cloud", "--json", "--limit", "2", "linux"])).stdout);
  expect(await there.run(["check"])).toMatchObject({ code: 0 });
});

test("--restore keeps credentials of a backup that the secret key opens, and lets nobody in", async () => {
  using here = createCopy();
  using there = createWorkplace();
  const file = join(here.folder, "carried.db");
  edit(here.database, A_TOKEN);
  const IMAGEDEX_SECRET_KEY = readFileSync(`${here.database}.key`, "utf8").trim();

  await here.run(["export", file, "--with-secrets"]);
  const noKey = await there.run(["import", file, "--restore"]);
  const otherKey = await there.run(["import", file, "--restore"], {
    IMAGEDEX_SECRET_KEY: "another key than theirs".repeat(2),
  });
  const nothing = readdirSync(there.folder);
  const restored = await there.run(["import", file, "--restore"], { IMAGEDEX_SECRET_KEY });
  const sealed = "SELECT enabled, sealed_apikey, sealed_apisecret, credentials FROM backends";
  const backends = read(there.database, sealed);
  const unproven = await here.run(["export", join(here.folder, "plain.db")]);
  const plain = await there.run(["import", join(here.folder, "plain.db"), "--restore", "--force"], {
    IMAGEDEX_SECRET_KEY,
  });
  await there.run(["import", file, "--force"]);

  expect(noKey).toMatchObject({ code: 2, stderr: expect.stringContaining(`${there.database}.key does not exist`) });
  expect(otherKey.stderr).toMatch(
    /^imagedex: \S+carried\.db: the stored secret of cloud apikey cannot be decrypted; expected .*\n$/,
  );
  expect([otherKey.code, nothing]).toEqual([2, []]);
  expect(restored, restored.stderr).toMatchObject({ code: 0 });
  expect(backends).toEqual(read(here.database, sealed));
  expect(read(file, "SELECT * FROM access_tokens")).toEqual([]);
  expect([unproven.code, plain.code]).toEqual([0, 2]);
  expect(plain.stderr).toMatch(/plain\.db has no sealed secret, .*--with-secrets\n$/);
  expect(read(there.database, sealed)).toEqual([[0, null, null, null]]);
});

test("a file that somebody put a token into lets nobody in where it is imported", async () => {
  using here = createCopy();
  using there = createWorkplace();
  edit(here.database, A_TOKEN);

  const imported = await there.run(["import", here.database]);

  expect(imported, imported.stderr).toMatchObject({ code: 0 });
  expect(read(there.database, "SELECT * FROM access_tokens")).toEqual([]);
  expect(readFileSync(there.database).includes("5eed5eed")).toBe(false);
});

test("a catalogue is exported from under a running server, and none is imported over it", async () => {
  using here = createCopy();
  const server = here.start(["serve"], { IMAGEDEX_SYNC_CRON: "0 0 1 1 *", IMAGEDEX_PROBE_INTERVAL: "0" });
  const url = await listeningUrl(server);
  const file = join(here.folder, "carried.db");

  const exported = await here.run(["export", file]);
  const imported = await here.run(["import", file, "--force"]);
  const answer = await fetch(`${url}/backends/cloud/images?limit=1`);
  server.kill("SIGTERM");
  await once(server, "exit");
  const afterwards = await here.run(["import", file, "--force"]);

  expect(exported.stdout).toMatch(/^\S+carried\.db: 359 images, 1 backend, [\d.]+ MB\nWithout credentials: /);
  expect(imported).toMatchObject({
    code: 2,
    stderr: `imagedex: ${here.database} is in use; stop the server or command that has it open\n`,
  });
  expect(answer.headers.get("x-total-count")).toBe("355");
  expect(afterwards.code).toBe(0);
  const aside = readdirSync(here.folder).filter((name) => name.endsWith(".aside"));
  expect(aside).toHaveLength(1);
  expect(contents(join(here.folder, aside[0] ?? ""))).toEqual(contents(here.database));
});

test("what is there is not replaced unasked, and what is no whole catalogue is not imported: nothing changes", async () => {
  using place = createCopy();
  const before = contents(place.database);
  const [file, text, foreign, newer, damaged, empty] = ["carried", "text", "foreign", "newer", "damaged", "empty"].map(
    (name) => join(place.folder, `${name}.db`),
  ) as [string, string, string, string, string, string];
  await place.run(["export", file]);
  writeFileSync(text, "this is not a database, it only says so. ".repeat(200));
  writeFileSync(empty, "");
  edit(foreign, "CREATE TABLE something_else (id INTEGER)");
  for (const copy of [newer, damaged]) copyFileSync(file, copy);
  edit(newer, "UPDATE __drizzle_migrations SET created_at = created_at + 1e12");
  overwrite(damaged, 30);
  const refused = async (args: string[], reason: RegExp): Promise<void> => {
    const { code, stderr } = await place.run(args);
    expect(stderr).toMatch(reason);
    expect(code).toBe(2);
  };

  await refused(["export", file], /carried\.db exists; choose another name, or replace it with --force$/m);
  await refused(["export", place.database, "--force"], /imagedex\.db is the catalogue itself; expected another file$/m);
  await refused(["export", join(place.folder, "nowhere", "x.db")], /x\.db cannot be written: ENOENT/);
  await refused(
    ["import", file],
    /imagedex\.db already holds a catalogue \(backends: 1, images: 359\); --force moves it aside$/m,
  );
  await refused(
    ["import", join(place.folder, "none.db"), "--force"],
    /none\.db does not exist; expected an imagedex catalogue$/m,
  );
  await refused(["import", text, "--force"], /text\.db is not a SQLite database; expected an imagedex catalogue/);
  await refused(["import", empty, "--force"], /empty\.db is empty; expected an imagedex catalogue$/m);
  await refused(["import", foreign, "--force"], /foreign\.db is not an imagedex file; expected an imagedex catalogue/);
  await refused(["import", newer, "--force"], /newer\.db was written by a newer imagedex; use that version or newer$/m);
  await refused(["import", damaged, "--force"], /damaged\.db is damaged /);

  expect(contents(place.database)).toEqual(before);
  expect(readdirSync(place.folder).filter((name) => /partial|aside/.test(name))).toEqual([]);
});

test.each([
  ["an image that is missing in the index", "DELETE FROM search_segments WHERE source_id = 1", /is not in the index/],
  [
    "an image in the index that is none",
    "DELETE FROM images WHERE id = (SELECT max(id) FROM images WHERE source_id = 1 AND retired_at IS NULL)",
    /the index has row \d+, which is no present image/,
  ],
  [
    "a text that changed without its index",
    "UPDATE images SET description = 'something else' WHERE id = (SELECT max(id) FROM images WHERE source_id = 1 AND retired_at IS NULL)",
    /has other words than in the index/,
  ],
  [
    "an image that is older than its place in the index",
    "UPDATE images SET ordered_at = '2001-01-01T00:00:00.000Z' WHERE id = (SELECT max(id) FROM images WHERE source_id = 1 AND retired_at IS NULL)",
    /is at another place in the index/,
  ],
  [
    "a page of the index that is gone",
    "DELETE FROM search_pages WHERE id = (SELECT min(id) FROM search_pages)",
    /cannot be read: search segment \d+ lacks page 0 of part 0/,
  ],
  [
    "a count that is wrong",
    "UPDATE sources SET image_count = image_count + 1 WHERE id = 1",
    /image_count is 56, but 55 images are present/,
  ],
  [
    "two newest builds",
    "UPDATE images SET latest = 1 WHERE family_id = (SELECT family_id FROM images WHERE retired_at IS NULL GROUP BY source_id, family_id HAVING count(*) > 1)",
    /newest builds/,
  ],
  ["contents that are not JSON", "UPDATE images SET extra = '{' WHERE id = 7", /has invalid JSON in extra or keywords/],
  [
    "a reference to nothing",
    "PRAGMA foreign_keys = OFF; INSERT INTO stars VALUES ('nobody', 'ami-1', '2026-01-01')",
    /stars .* refers to a missing row of backends/,
  ],
])("check finds %s", async (_what, sql, trouble) => {
  using place = createCopy();
  edit(place.database, sql);

  const { code, stdout } = await place.run(["check", "--json"]);

  const { whole, checks }: { whole: boolean; checks: { troubles: string[] }[] } = JSON.parse(stdout);
  expect(checks.flatMap(({ troubles }) => troubles).join("\n")).toMatch(trouble);
  expect([code, whole]).toEqual([1, false]);
});

test("check says what it looked at, and finds damaged pages", async () => {
  using place = createCopy();
  const sound = await place.run(["check"]);
  const damaged = join(place.folder, "damaged.db");
  await place.run(["export", damaged]);
  overwrite(damaged, 30);
  const broken = await place.run(["check", damaged]);

  expect(
    sound.stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t").slice(0, 3)),
  ).toEqual(
    expect.arrayContaining([
      ["pages and indexes", expect.stringMatching(/^\d+$/), "ok"],
      [expect.stringMatching(/^search index of ec2 eu-west-1 public /), "304", "ok"],
      [expect.stringMatching(/^search index of ec2 \S+ own /), "55", "ok"],
    ]),
  );
  expect(sound.code).toBe(0);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/^pages and indexes\t\d+\tWRONG$/m);
});

function edit(file: string, sql: string): void {
  const db = new Database(file);
  db.function("fold", { deterministic: true }, (value) => value);
  db.exec(sql);
  db.close();
}

function read(file: string, sql: string): unknown[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare(sql).raw().all();
  db.close();
  return rows;
}

/** What is the same wherever it is: neither digests, which are cleared, nor ids of sources, nor the accounts of own ones. */
function contents(file: string): unknown {
  const images = `SELECT s.scope, image_id, name, folded_name, description, owner_id, publisher, trust, platform, architecture,
    root_device_type, visibility, created_at, deprecated_at, latest, keywords, extra, first_seen, last_seen, retired_at,
    (SELECT f.name FROM families f WHERE f.id = family_id) FROM images JOIN sources s ON s.id = source_id ORDER BY 1, 2`;
  return [
    images,
    "SELECT * FROM stars ORDER BY 1, 2",
    "SELECT name, owner_id, architecture FROM families ORDER BY 1, 2, 3",
    "SELECT iif(place GLOB '* imported-*', substr(place, 1, instr(place, ' imported-') - 1), place), scope, revision, image_count, synced_at, changed_at FROM sources ORDER BY 1",
    "SELECT id, run_id, at, image_id, kind, fields FROM image_changes ORDER BY 1",
  ].map((sql) => read(file, sql));
}

/** Writes nonsense over pages in the middle of a file. */
function overwrite(file: string, pages: number): void {
  const from = Math.floor((statSync(file).size / 4096) * 0.7);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(4096 * pages, "nonsense "), 0, 4096 * pages, 4096 * from);
  closeSync(handle);
}
