import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getBackend, readSecrets } from "../../src/record/backends.ts";
import { checkCatalogue } from "../../src/catalogue/transfer/check-catalogue.ts";
import { exportCatalogue } from "../../src/catalogue/transfer/export-catalogue.ts";
import { importCatalogue, type Imported, type ImportOptions } from "../../src/catalogue/transfer/import-catalogue.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createSecretBox } from "../../src/catalogue/file/secret-box.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLocalRecord } from "../../src/record/record.ts";
import { ConfigError } from "../../src/errors.ts";
import { createTemporaryFolder, type TemporaryFolder } from "./releases.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "./seed.ts";

const box = createSecretBox("a passphrase of the tests, long enough to be one");
const OWN = { key: "ec2 eu-west-1 own", scope: "own" as const };
const PUBLIC = { key: "ec2 eu-west-1 public", scope: "public" as const };
const TOKEN =
  "INSERT INTO access_tokens (id, hash, scope, created_at) VALUES ('evil', 'h', 'admin', '2026-01-01T00:00:00.000Z')";

let shelf: TemporaryFolder;

/** A backup: two backends, images of all kinds, a star, a webhook. */
beforeAll(async () => {
  shelf = createTemporaryFolder();
  using catalogue = openTemporaryCatalogue();
  const one = await seedBackend(catalogue, "one", [OWN, PUBLIC]);
  await seedBackend(catalogue, "two", [OWN, PUBLIC]);
  const ubuntu = { ownerId: "099720109477", name: "ubuntu/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-20260101" };
  commitImages(catalogue, one, [
    image("ami-own", { visibility: "private", owned: true }),
    image("ami-nameless", { name: null }),
  ]);
  commitImages(catalogue, one, [image("ami-1", ubuntu), image("ami-2", { name: "gentoo" }), image("ami-3")], { at: 1 });
  commitImages(catalogue, one, [image("ami-1", ubuntu), image("ami-2", { name: "gentoo" }), image("ami-4")], { at: 1 });
  catalogue.sqlite.exec(`INSERT INTO stars VALUES ('one', 'ami-2', '${NOW}')`);
  const search = { search: '{"term":"","match":"words"}', kinds: '["added"]' };
  await createLocalRecord(catalogue).insertWebhook(
    { id: "w", backendId: "one", url: "https://example.com/", ...search, createdAt: NOW },
    "secret",
    box,
  );
  exportCatalogue(catalogue, shelf.path("backup.db"), { withSecrets: true, now: () => NOW });
});

afterAll(() => shelf[Symbol.dispose]());

function importInto(folder: TemporaryFolder, from: string, options: Partial<ImportOptions> = {}): Imported {
  return importCatalogue(from, folder.path("new/imagedex.db"), {
    providers: ["ec2", "openstack"],
    now: () => NOW,
    ...options,
  });
}

/** A copy of the backup with something done to it. */
function altered(folder: TemporaryFolder, sql: string): string {
  const file = folder.path("altered.db");
  copyFileSync(shelf.path("backup.db"), file);
  const db = new Database(file);
  db.unsafeMode();
  db.pragma("foreign_keys = OFF");
  db.function("fold", { deterministic: true }, (value) => value);
  db.exec(sql);
  db.close();
  return file;
}

function read(file: string, sql: string): unknown[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare(sql).raw().all();
  db.close();
  return rows;
}

/** A folder holds nothing but these. */
function namesIn(file: string): string[] {
  return readdirSync(dirname(file)).toSorted();
}

describe("an import of anybody's file", () => {
  test("takes images, backends and stars; nothing that acts, lists or lets in", () => {
    using folder = createTemporaryFolder();

    const imported = importInto(folder, altered(folder, TOKEN));

    const file = folder.path("new/imagedex.db");
    expect(imported).toMatchObject({ backends: 2, images: 5, leftOut: 0, aside: undefined });
    expect(read(file, "SELECT id, enabled, sealed_apikey, credentials FROM backends ORDER BY 1")).toEqual([
      ["one", 0, null, null],
      ["two", 0, null, null],
    ]);
    for (const table of ["access_tokens", "webhooks", "webhook_deliveries", "accounts", "held_views"])
      expect(read(file, `SELECT * FROM ${table}`), table).toEqual([]);
    expect(read(file, "SELECT backend_id, image_id FROM stars")).toEqual([["one", "ami-2"]]);
    expect(read(file, "SELECT image_id, kind FROM image_changes ORDER BY id")).toEqual([
      ["ami-4", "added"],
      ["ami-3", "retired"],
    ]);
    expect(read(file, "SELECT DISTINCT digest FROM images")).toEqual([[""]]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(namesIn(file)).toEqual(["imagedex.db"]);
    using catalogue = openCatalogue(file);
    expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
  });

  test("names own sources so that no account of this instance is taken for theirs", () => {
    using folder = createTemporaryFolder();

    importInto(folder, shelf.path("backup.db"));

    const [own] = read(folder.path("new/imagedex.db"), "SELECT key, place, account FROM sources WHERE scope = 'own'");
    expect(own).toEqual([
      expect.stringMatching(/^ec2 eu-west-1 own imported-[0-9a-f-]{36}$/),
      "ec2 eu-west-1 own",
      expect.stringMatching(/^imported-/),
    ]);
  });

  test("takes no public source for what this instance lists at the same place", async () => {
    using folder = createTemporaryFolder();
    importInto(folder, shelf.path("backup.db"));
    using catalogue = openCatalogue(folder.path("new/imagedex.db"));

    const mine = await seedBackend(catalogue, "mine", [OWN, PUBLIC]);

    expect(sourcesOf(catalogue, mine.id).map(({ revision }) => revision)).toEqual([0, 0]);
    expect(sourcesOf(catalogue, "one").map(({ revision }) => revision)).not.toContain(0);
  });

  test("works out trust, publishers, families and order from what the clouds said", () => {
    using folder = createTemporaryFolder();
    const forged = altered(
      folder,
      `UPDATE images SET trust = 'self', publisher = 'Canonical', latest = 0, position = 1000000 - id, folded_name = 'x' WHERE image_id IN ('ami-2', 'ami-4');
       UPDATE families SET name = 'forged ' || id WHERE id <> (SELECT family_id FROM images WHERE image_id = 'ami-nameless')`,
    );

    importInto(folder, forged);

    const rows = `SELECT image_id, trust, publisher, folded_name, latest, (SELECT name FROM families f WHERE f.id = family_id)
      FROM images WHERE retired_at IS NULL ORDER BY 1`;
    expect(read(folder.path("new/imagedex.db"), rows)).toEqual(read(shelf.path("backup.db"), rows));
    expect(read(folder.path("new/imagedex.db"), "SELECT name FROM families WHERE name LIKE 'forged%'")).toEqual([]);
  });

  test("leaves out an image of more than 1 MiB", () => {
    using folder = createTemporaryFolder();
    const file = altered(
      folder,
      "UPDATE images SET description = printf('%*c', 1048576, 'x') WHERE image_id = 'ami-2'",
    );

    expect(importInto(folder, file)).toMatchObject({ images: 4, leftOut: 1 });
  });

  test("keeps the tokens of the catalogue that it puts aside, and gives no source an id again", () => {
    using folder = createTemporaryFolder();
    importInto(folder, shelf.path("backup.db"));
    const file = folder.path("new/imagedex.db");
    const mine = new Database(file);
    mine.exec(TOKEN.replace("evil", "mine"));
    mine.close();
    const before = Number(read(file, "SELECT max(id) FROM sources").flat()[0]);

    const { aside } = importInto(folder, altered(folder, TOKEN), { force: true });

    expect(read(file, "SELECT id FROM access_tokens")).toEqual([["mine"]]);
    expect(Number(read(file, "SELECT min(id) FROM sources").flat()[0])).toBeGreaterThan(before);
    expect(statSync(aside ?? "").mode & 0o777).toBe(0o600);
    expect(read(aside ?? "", "SELECT id FROM access_tokens")).toEqual([["mine"]]);
    expect(() => importInto(folder, shelf.path("backup.db"))).toThrow(/holds a catalogue \(backends: 2, images: 5\)/);
  });

  test("reads a file of an earlier release, and writes nothing beside it", () => {
    using folder = createTemporaryFolder();
    mkdirSync(folder.path("theirs"));
    const file = folder.copyOfRelease("0.1.0", "theirs/release.db");

    expect(importInto(folder, file)).toMatchObject({ backends: 3, images: 34 });
    expect(namesIn(file)).toEqual(["release.db"]);
    using catalogue = openCatalogue(folder.path("new/imagedex.db"));
    expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  test("reads what is only in the -wal file beside it, and writes nothing there", () => {
    using folder = createTemporaryFolder();
    mkdirSync(folder.path("theirs"));
    const file = folder.path("theirs/x.db");
    copyFileSync(shelf.path("backup.db"), folder.path("open.db"));
    const open = new Database(folder.path("open.db"));
    open.pragma("journal_mode = WAL");
    open.exec("UPDATE images SET name = 'only in the wal' WHERE image_id = 'ami-2'");
    for (const suffix of ["", "-wal"]) copyFileSync(folder.path(`open.db${suffix}`), file + suffix);
    open.close();

    importInto(folder, file);

    expect(read(folder.path("new/imagedex.db"), "SELECT name FROM images WHERE image_id = 'ami-2'")).toEqual([
      ["only in the wal"],
    ]);
    expect(namesIn(file)).toEqual(["x.db", "x.db-wal"]);
  });

  test("is not led astray by what lies beside its target", () => {
    using folder = createTemporaryFolder();
    mkdirSync(folder.path("new"));
    writeFileSync(folder.path("precious"), "precious");
    const file = folder.path("new/imagedex.db");
    for (const suffix of ["-wal", "-journal", `.${process.pid}.partial`])
      symlinkSync(folder.path("precious"), file + suffix);

    importInto(folder, shelf.path("backup.db"));

    expect(readFileSync(folder.path("precious"), "utf8")).toBe("precious");
    expect(read(file, "SELECT count(*) FROM images")).toEqual([[6]]);
  });
});

/** Each would run, or be read as, something that its maker wrote. */
const TRIGGER = `BEGIN ${TOKEN}; END`;
const HARMLESS: [what: string, sql: string][] = [
  ["a trigger on access_tokens", `CREATE TRIGGER t AFTER DELETE ON access_tokens ${TRIGGER}; ${TOKEN}`],
  ...["backends", "sources", "images", "stars", "runs", "families", "access_tokens"].flatMap(
    (table): [string, string][] =>
      ["INSERT", "UPDATE", "DELETE"].map((event) => [
        `a trigger on ${event} of ${table}`,
        `CREATE TRIGGER t BEFORE ${event} ON ${table} ${TRIGGER}`,
      ]),
  ),
  ["an index on an expression", "CREATE INDEX evil ON images (fold(name))"],
  ["a partial index", "CREATE INDEX evil ON images (name) WHERE fold(name) = 'x'"],
  ["a view of its own", "CREATE VIEW evil AS SELECT fold(name) FROM images"],
  ["tables of its own", "CREATE TABLE evil (a TEXT DEFAULT (random()), b AS (fold(a)), CHECK (fold(a)))"],
  ["a virtual table of its own", "CREATE VIRTUAL TABLE evil USING fts5(a); INSERT INTO evil VALUES ('x')"],
  ["a sequence at its end", "UPDATE sqlite_sequence SET seq = 9223372036854775807"],
  ["a sequence of text", "UPDATE sqlite_sequence SET seq = 'x'"],
];

test.each(HARMLESS)("leaves behind %s", (_what, sql) => {
  using folder = createTemporaryFolder();

  importInto(folder, altered(folder, sql));

  const file = folder.path("new/imagedex.db");
  expect(read(file, "SELECT * FROM access_tokens")).toEqual([]);
  expect(read(file, "SELECT name FROM sqlite_schema WHERE type = 'trigger' OR name = 'evil'")).toEqual([]);
  const sequence = "SELECT max(seq) FROM sqlite_sequence";
  expect(Number(read(file, sequence).flat()[0])).toBeLessThan(100);
});

function remade(table: string, replace: string, by: string): string {
  return `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${replace}', '${by}') WHERE name = '${table}'; PRAGMA writable_schema = RESET`;
}

const REFUSED: [what: string, sql: string][] = [
  ["a view named like a table", "ALTER TABLE images RENAME TO i; CREATE VIEW images AS SELECT * FROM i"],
  [
    "a view in place of what drizzle notes",
    "ALTER TABLE __drizzle_migrations RENAME TO m; CREATE VIEW __drizzle_migrations AS SELECT * FROM m",
  ],
  [
    "a virtual table named like a table",
    "DROP TABLE stars; CREATE VIRTUAL TABLE stars USING fts5(backend_id, image_id, starred_at)",
  ],
  ["a table that is missing", "DROP TABLE runs"],
  ["a computed column", "ALTER TABLE images ADD evil AS (fold(name))"],
  [
    "a computed column in place of one",
    "DROP TABLE stars; CREATE TABLE stars (backend_id TEXT, image_id TEXT, starred_at TEXT AS (fold(image_id)))",
  ],
  ["a column of its own", "ALTER TABLE backends ADD evil TEXT DEFAULT 'x'"],
  ["a check", remade("images", "`name` text NOT NULL", "`name` text NOT NULL CHECK (fold(name))")],
  ["a collation", remade("images", "`name` text NOT NULL", "`name` text NOT NULL COLLATE evil")],
  ["a schema that is no SQL", remade("images", "CREATE TABLE", "CREATE TABLE evil (")],
  ["a blob for a text", "UPDATE images SET name = x'00ff' WHERE id = 1"],
  ["a text for a number", "UPDATE sources SET revision = 'x'"],
  ["a fraction for a number", "UPDATE sources SET revision = 0.5"],
  ["a number that leaves none above it", "UPDATE runs SET id = 9223372036854775807 WHERE id = 1"],
  ["a source below zero", "UPDATE sources SET id = -1 WHERE id = 1"],
  ["extra that is no object", "UPDATE images SET extra = '[1]' WHERE id = 1"],
  ["extra that is no JSON", "UPDATE images SET extra = '{' WHERE id = 1"],
  ["keywords that are no texts", "UPDATE images SET keywords = '[{}]' WHERE id = 1"],
  ["a word that no column has", "UPDATE images SET visibility = 'everybody' WHERE id = 1"],
  ["a time that is none", "UPDATE images SET first_seen = 'now' WHERE id = 1"],
  ["a text of more than 1 MiB", "UPDATE backends SET title = printf('%*c', 1048577, 'x')"],
  ["an id that is a path", "UPDATE backends SET id = '../x' WHERE id = 'one'"],
  ["a reason code that there is none of", "UPDATE runs SET code = 'evil' || char(10)"],
  [
    "a part with such a code",
    "INSERT INTO source_parts (source_id, part, code) SELECT id, 'p', 'evil' FROM sources WHERE scope = 'public'",
  ],
  ["an id that is a terminal's code", "UPDATE backends SET id = 'a' || char(27) || '[2J' WHERE id = 'two'"],
  ["a provider that there is not", "UPDATE backends SET provider = 'evil'"],
  [
    "a public source with the key of an own one",
    "UPDATE sources SET key = 'ec2 eu-west-1 own 123456789012', place = key WHERE scope = 'public'",
  ],
  ["a source of another provider", "UPDATE sources SET provider = 'openstack' WHERE scope = 'own'"],
  ["rows that refer to none", "INSERT INTO stars VALUES ('nobody', 'ami-1', '2026-01-01T00:00:00.000Z')"],
  ["a migration of the future", "UPDATE __drizzle_migrations SET created_at = created_at + 1e12"],
  ["a migration of nobody", "UPDATE __drizzle_migrations SET created_at = 5"],
];

test.each(REFUSED)("refuses %s in one line, and changes nothing", (_what, sql) => {
  using folder = createTemporaryFolder();
  mkdirSync(folder.path("new"));
  const file = altered(folder, sql);

  expect(() => importInto(folder, file)).toThrow(ConfigError);
  expect(() => importInto(folder, file)).toThrow(/^[^\p{Cc}]*altered\.db[^\p{Cc}]*$/u);
  expect(readdirSync(folder.path("new"))).toEqual([]);
});

test("refuses what is no file, or not whole", () => {
  using folder = createTemporaryFolder();
  writeFileSync(folder.path("empty.db"), "");
  mkdirSync(folder.path("folder.db"));
  symlinkSync(folder.path("nowhere"), folder.path("link.db"));
  copyFileSync(shelf.path("backup.db"), folder.path("hot.db"));
  writeFileSync(folder.path("hot.db-journal"), "a journal that names a file to delete");
  const refused = (name: string, why: RegExp): void =>
    expect(() => importInto(folder, folder.path(name)), name).toThrow(why);

  refused("empty.db", /empty\.db is empty; expected an imagedex catalogue$/);
  refused("folder.db", /folder\.db is not a file; expected/);
  refused("link.db", /link\.db does not exist; expected/);
  refused(
    "hot.db",
    /hot\.db was not closed properly \(it has .*hot\.db-journal\); expected a file that is not in use$/,
  );
});

test("whatever bytes of a file are overwritten, it is imported or refused in one line", () => {
  using folder = createTemporaryFolder();
  const bytes = readFileSync(folder.copyOfRelease("0.1.0"));
  const outcomes = new Set<string>();
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 60; round++) {
    const broken = Buffer.from(bytes);
    for (let n = 0; n <= round % 8; n++) broken.fill(random(256), random(bytes.length), random(bytes.length));
    for (let n = 0; n < 20; n++) broken[random(bytes.length)] = random(256);
    const file = folder.path("broken.db");
    writeFileSync(file, broken);
    outcomes.add(outcomeOf(() => importInto(folder, file, { force: true })));
  }

  expect([...outcomes].filter((outcome) => !["imported", "refused"].includes(outcome))).toEqual([]);
  expect(outcomes).toContain("refused");
});

/** What is neither an import nor one line of a ConfigError is told in full. */
function outcomeOf(run: () => void): string {
  try {
    run();
    return "imported";
  } catch (error) {
    return error instanceof ConfigError && !/\p{Cc}/u.test(error.message) ? "refused" : String(error);
  }
}

describe("a restored backup", () => {
  test("keeps enabled states, secrets, webhooks, stars and accounts", () => {
    using folder = createTemporaryFolder();

    const restored = importInto(folder, shelf.path("backup.db"), { restore: box });

    const file = folder.path("new/imagedex.db");
    expect(restored).toMatchObject({ backends: 2, images: 5, disabled: [] });
    for (const sql of [
      "SELECT * FROM backends",
      "SELECT * FROM webhooks",
      "SELECT * FROM stars",
      "SELECT key, account FROM sources ORDER BY 1",
    ])
      expect(read(file, sql), sql).toEqual(read(shelf.path("backup.db"), sql));
    using catalogue = openCatalogue(file);
    expect(readSecrets(catalogue, "one", box).apikey).toBe("key of one");
  });

  test("of an earlier release keeps what its upgrade keeps", () => {
    using folder = createTemporaryFolder();

    importInto(folder, folder.copyOfRelease("0.1.0"), { restore: box });

    using catalogue = openCatalogue(folder.path("new/imagedex.db"));
    expect(getBackend(catalogue, "alpha")).toMatchObject({ enabled: true, hasCredentials: true });
    expect(read(catalogue.file, "SELECT id, cursor FROM webhooks ORDER BY 1")).toEqual([
      ["hook-alpha", 4],
      ["hook-beta", 4],
    ]);
    expect(read(catalogue.file, "SELECT run_id FROM webhook_deliveries")).toEqual([[6], [6]]);
    expect(read(catalogue.file, "SELECT * FROM access_tokens")).toEqual([]);
  });

  test("has no backend enabled that the secret key does not vouch for", () => {
    using folder = createTemporaryFolder();
    const file = altered(
      folder,
      `UPDATE backends SET apiurl = 'https://evil.example.com/' WHERE id = 'one';
       INSERT INTO backends (id, title, provider, region, enabled, created_at) VALUES ('bare', 'bare', 'ec2', 'eu-west-1', 1, '2026-01-01T00:00:00.000Z')`,
    );

    const restored = importInto(folder, file, { restore: box });

    expect(restored.disabled.toSorted()).toEqual(["bare", "one"]);
    expect(read(folder.path("new/imagedex.db"), "SELECT id, enabled FROM backends ORDER BY 1")).toEqual([
      ["bare", 0],
      ["one", 0],
      ["two", 1],
    ]);
  });

  test.each([
    ["another key", "", createSecretBox("another passphrase of the tests, also long"), /cannot be decrypted; expected/],
    [
      "a secret moved from another backend",
      "UPDATE backends SET sealed_apikey = (SELECT sealed_apikey FROM backends WHERE id = 'two') WHERE id = 'one'",
      box,
      /one apikey cannot be decrypted/,
    ],
    [
      "a webhook's secret that is forged",
      "UPDATE webhooks SET sealed_secret = 'v1.x.x.x'",
      box,
      /webhook w cannot be decrypted/,
    ],
    ["no secret at all", "UPDATE backends SET sealed_apikey = NULL; DELETE FROM webhooks", box, /has no sealed secret/],
  ])("is refused with %s", (_what, sql, key, why) => {
    using folder = createTemporaryFolder();
    mkdirSync(folder.path("new"));
    const file = altered(folder, sql);

    expect(() => importInto(folder, file, { restore: key })).toThrow(why);
    expect(readdirSync(folder.path("new"))).toEqual([]);
  });
});
