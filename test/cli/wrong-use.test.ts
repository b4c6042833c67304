import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createWorkplace } from "./run-imagedex.ts";

describe("wrong use", () => {
  test.each([
    [["frobnicate"], 2, "unknown command 'frobnicate'"],
    [["search"], 2, "missing required argument 'backend'"],
    [["search", "nope", "x"], 2, 'no backend "nope"; to search all backends: imagedex find nope x'],
    [["search", "nope", "--limit", "-1"], 2, "expected a whole number"],
    [["sync", "nope"], 2, 'no backend "nope"'],
    [["sync"], 2, "there is no enabled backend"],
    [["images", "show", "ami-404"], 2, 'no image "ami-404"'],
    [["backends", "add", "--provider", "nimbus"], 2, "provider"],
    [["backends", "add", "--provider", "ec2"], 2, "region"],
    [["backends", "add", "--provider", "ec2", "--region", "eu-west-1", "--apikey", "AKIA"], 2, "apisecret"],
    [["backends", "add", "--provider", "simplestreams", "--apiurl", "http://169.254.169.254/"], 2, "link-local"],
    [
      ["backends", "add", "--provider", "ec2", "--region", "eu-west-1", "--apiurl", "http://169.254.169.254/"],
      2,
      "apikey and apisecret",
    ],
    [["backends", "add", "--provider", "openstack", "--apiurl", "nonsense"], 2, "apiurl"],
    [["backends", "remove", "nope"], 2, 'no backend "nope"'],
    [["--config", "missing.env", "stats"], 2, "missing.env"],
    [["--config", "/dev/zero", "stats"], 2, "expected a file of NAME=value lines"],
    [["providers", "ec3"], 2, "Allowed choices are ec2, openstack,"],
    [["demo", "--count", "many"], 2, "--count"],
    [["backends", "add"], 2, "(see imagedex backends add --help)"],
    [["images", "ami-404"], 2, "(see imagedex images --help)"],
    [["find", "x", "--server", "localhost:8080"], 2, "expected a URL such as http://localhost:8080"],
    [
      ["backends", "add", "--provider", "simplestreams", "--poll-interval", "5m"],
      2,
      "--poll-interval: expected seconds, a whole number from 60 to 31536000",
    ],
  ])("of %j ends with %i and says %j", async (args, code, message) => {
    using place = createWorkplace();
    openCatalogue(place.database)[Symbol.dispose]();

    const ended = await place.run(args);

    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.code).toBe(code);
  });

  test.each([
    ["IMAGEDEX_DATABASE", "mysql://user@host/imagedex", "expected the path of a file, or postgres://…"],
    ["IMAGEDEX_DATABASE", "postgres://user:50%@host/x", "expected hosts such as db1.example.org:5432"],
    ["IMAGEDEX_DATABASE", "postgres://user@host:99999/x", "expected hosts such as db1.example.org:5432"],
    ["IMAGEDEX_DATABASE", "postgres://user@[::1/x", "expected hosts such as db1.example.org:5432"],
    ["IMAGEDEX_DATABASE", "postgres://user@host/x%ff", "expected hosts such as db1.example.org:5432"],
    ["IMAGEDEX_DATABASE", "postgres://user@host/x?sslmode=verify", "sslmode: expected one of disable,"],
    ["IMAGEDEX_SYNC_CRON", "* * * * * *", "expected five fields"],
    ["IMAGEDEX_PROT", "80", 'no such setting; did you mean "IMAGEDEX_PORT"'],
    ["IMAGEDEX_COLOUR", "red", "no such setting; expected one of IMAGEDEX_DATABASE, "],
  ])("of %s=%s says %j", async (name, value, message) => {
    using place = createWorkplace();
    const ended = await place.run(["stats"], { [name]: value });
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(`${name}: ${message}`)]);
  });

  test("of import into a record names what it lacks, before it asks the record", async () => {
    using place = createWorkplace();
    const node = { IMAGEDEX_DATABASE: "postgres://user@127.0.0.1:9/imagedex", IMAGEDEX_SECRET_KEY: "k".repeat(32) };
    const [absent, forced] = [
      await place.run(["import", "backup.db"], node),
      await place.run(["import", "--force", "backup.db"], node),
    ];
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining("backup.db does not exist")]);
    expect([forced.code, forced.stderr]).toEqual([2, expect.stringContaining("--force: only files are moved aside")]);
  });

  test("of settings reports all of them at once", async () => {
    using place = createWorkplace();

    const ended = await place.run(["stats"], {
      IMAGEDEX_PORT: "99999",
      IMAGEDEX_SYNC_CRON: "often",
      IMAGEDEX_SECRET_KEY: "short",
      IMAGEDEX_LOG_LEVEL: "loud",
      IMAGEDEX_PROT: "1",
      IMAGEDEX_RATE_LIMIT: "many",
      IMAGEDEX_CORS_ORIGINS: "https://one.example https://two.example/path",
      IMAGEDEX_TRUST_PROXY: "10.0.0.0/8 everybody",
    });

    expect(ended.code).toBe(2);
    for (const name of [
      "IMAGEDEX_PORT",
      "IMAGEDEX_SYNC_CRON",
      "IMAGEDEX_SECRET_KEY",
      "IMAGEDEX_LOG_LEVEL",
      "IMAGEDEX_PROT",
      "IMAGEDEX_RATE_LIMIT",
      "IMAGEDEX_CORS_ORIGINS: https://two.example/path",
      "IMAGEDEX_TRUST_PROXY: everybody",
    ]) {
      expect(ended.stderr).toContain(`${name}: `);
    }
  });

  test("of a file that is no database, or another program's, names it", async () => {
    using place = createWorkplace();
    writeFileSync(
      place.database,
      "not a database, though quite long enough to be looked at as if it were one".repeat(50),
    );
    const foreign = join(place.folder, "foreign.db");
    const db = new Database(foreign);
    db.exec("CREATE TABLE theirs (x)");
    db.close();

    const noDatabase = await place.run(["stats"]);
    const another = await place.run(["stats"], { IMAGEDEX_DATABASE: foreign });

    expect([noDatabase.code, noDatabase.stderr]).toEqual([2, expect.stringContaining("is not a SQLite database")]);
    expect([another.code, another.stderr]).toEqual([2, expect.stringContaining("SQLite file of another program")]);
  });

  test("of a damaged catalogue says so and leaves the file as it is", async () => {
    using place = createWorkplace();
    openCatalogue(place.database)[Symbol.dispose]();
    const db = new Database(place.database);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const { openSync, writeSync, closeSync } = await import("node:fs");
    const file = openSync(place.database, "r+");
    writeSync(file, Buffer.alloc(3000, 0xff), 0, 3000, 100);
    closeSync(file);

    const ended = await place.run(["stats"]);

    expect(ended.stderr).toMatch(/imagedex\.db .*(damaged|not a SQLite database|cannot be opened)/);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.code).toBe(2);
  });

  test("of a folder that cannot be written names it", async ({ skip }) => {
    using place = createWorkplace();
    const folder = join(place.folder, "locked");
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "");
    // Root may write anywhere; a file in the place of the folder stops even root.
    const database = join(folder, "file", "imagedex.db");
    chmodSync(folder, 0o500);

    const ended = await place.run(["stats"], { IMAGEDEX_DATABASE: database, IMAGEDEX_SECRET_KEY: "k".repeat(32) });

    if (ended.code === 0) skip("this user may write anywhere");
    expect(ended.stderr).toContain(database);
    expect(ended.code).toBe(2);
  });

  test("does not explain an error that nobody expected: it says how to see the stack, and shows it to those who debug", async () => {
    using place = createWorkplace();
    using catalogue = openCatalogue(place.database);
    catalogue.sqlite.exec("PRAGMA foreign_keys = OFF; DROP TABLE access_tokens");

    const plain = await place.run(["tokens", "list"], { IMAGEDEX_SECRET_KEY: "k".repeat(32) });
    const debugged = await place.run(["tokens", "list"], { IMAGEDEX_LOG_LEVEL: "debug" });

    expect(plain.stderr.split("\n")).toEqual([
      "imagedex: no such table: access_tokens",
      expect.stringContaining("IMAGEDEX_LOG_LEVEL=debug"),
      "",
    ]);
    expect(debugged.stderr).toMatch(/^imagedex: no such table: access_tokens\nSqliteError: .*\n\s+at /);
    expect([plain.code, debugged.code]).toEqual([1, 1]);
  });

  test("of a port that is taken names it", async () => {
    using place = createWorkplace();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? String(address.port) : "";

    const ended = await place.run(["serve"], { IMAGEDEX_PORT: port });
    other.close();

    expect(ended.stderr).toContain(`127.0.0.1:${port} is in use; set IMAGEDEX_PORT to a free port`);
    expect(ended.code).toBe(2);
  });

  test("of wrong credentials or an unreachable cloud ends with 1, and names the cloud", async () => {
    using place = createWorkplace();
    await place.run([
      "backends",
      "add",
      "--id",
      "far",
      "--provider",
      "ec2",
      "--region",
      "eu-west-1",
      "--apiurl",
      "http://127.0.0.1:9",
      "--apikey",
      "k",
      "--apisecret",
      "hush-hush",
    ]);

    const ended = await place.run(["sync", "far"]);

    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/ec2 eu-west-1 own \S+ \S+: ec2 eu-west-1: .*127\.0\.0\.1:9/);
    expect(ended.stdout + ended.stderr).not.toContain("hush-hush");
  });
});
