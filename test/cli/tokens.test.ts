import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { createWorkplace, listeningUrl, type Workplace } from "./run-imagedex.ts";

const QUIET = { IMAGEDEX_SYNC_CRON: "0 0 1 1 *", IMAGEDEX_PROBE_INTERVAL: "0" };

test("a token is shown once, kept as a hash, listed without it and removed", async () => {
  using place = createWorkplace();

  const added = await place.run(["tokens", "add", "--id", "ci", "--scope", "admin", "--expires", "90d"]);
  const list = await place.run(["tokens", "list", "--json"]);
  const token = added.stdout.trim();

  expect(added, added.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^imagedex_[\w-]{43}\n$/) });
  expect(rows(place, "SELECT id, hash, scope, backends FROM access_tokens")).toEqual([
    ["ci", createHash("sha256").update(token).digest("hex"), "admin", null],
  ]);
  expect(readFileSync(place.database).includes(token)).toBe(false);
  const [listed] = JSON.parse(list.stdout);
  expect(listed).toEqual({
    id: "ci",
    scope: "admin",
    backends: null,
    created_at: expect.any(String),
    expires_at: expect.any(String),
    last_used_at: null,
  });
  expect(Date.parse(listed.expires_at) - Date.parse(listed.created_at)).toBe(90 * 86_400_000);
  expect((await place.run(["tokens", "list"])).stdout).toMatch(/^ci\tadmin\tall\t\S+\t\S+\tnever\n$/);
  const removed = await place.run(["tokens", "remove", "ci"]);
  expect(removed).toMatchObject({ code: 0, stderr: expect.stringContaining("that was the last token") });
  expect(rows(place, "SELECT * FROM access_tokens")).toEqual([]);
});

test.each([
  [["tokens", "add", "--scope", "root"], "Allowed choices are read, admin"],
  [["tokens", "add", "--id", "no spaces"], "--id: expected letters"],
  [["tokens", "add", "--backends", "one,"], "--backends: expected ids"],
  [["tokens", "add", "--backends", "nowhere"], 'backends: no backend "nowhere"; backends: none'],
  [["tokens", "add", "--expires", "soon"], "--expires: expected a time in the future"],
  [["tokens", "add", "--expires", "2020-01-01"], "--expires: expected a time in the future"],
  [["tokens", "add", "--expires", "0d"], "--expires: expected a time in the future"],
])("%j is wrong use", async (args, message) => {
  using place = createWorkplace();
  const ended = await place.run(args);
  expect([ended.code, ended.stdout]).toEqual([2, ""]);
  expect(ended.stderr).toContain(message);
});

test("the first token says that every request needs one now, and a read-only one how to change anything", async () => {
  using place = createWorkplace();

  const reader = await place.run(["tokens", "add", "--id", "grafana"]);
  const second = await place.run(["tokens", "add", "--id", "ci"]);

  expect(reader.stderr).toContain("this is the first token: from now on every request to the server needs one");
  expect(reader.stderr).toContain("imagedex tokens add --scope admin");
  expect(second.stderr).not.toContain("first token");
});

test("an admin token that is the first needs no other", async () => {
  using place = createWorkplace();

  const { stderr } = await place.run(["tokens", "add", "--scope", "admin"]);

  expect(stderr).toContain("first token");
  expect(stderr).not.toContain("make another");
});

test("a token that is not there cannot be removed", async () => {
  using place = createWorkplace();
  await place.run(["tokens", "add"]);

  const ended = await place.run(["tokens", "remove", "nobody"]);

  expect([ended.code, ended.stdout]).toEqual([2, ""]);
  expect(ended.stderr).toContain('no token "nobody"');
});

test("an id is given once", async () => {
  using place = createWorkplace();
  await place.run(["tokens", "add", "--id", "ci"]);
  expect(await place.run(["tokens", "add", "--id", "ci"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: 'imagedex: id: a token "ci" exists already\n',
  });
});

test("a server beyond loopback starts with a token only, knows each that is made or removed meanwhile, and says when they were used", async () => {
  using place = createWorkplace();
  const beyond = { ...QUIET, IMAGEDEX_HOST: "0.0.0.0" };
  const refused = await place.run(["serve"], beyond);
  const first = (await place.run(["tokens", "add", "--id", "first"])).stdout.trim();
  const server = place.start(["serve"], beyond);
  const url = (await listeningUrl(server)).replace("0.0.0.0", "127.0.0.1");
  const status = async (token: string): Promise<number> =>
    (await fetch(`${url}/backends`, { headers: { authorization: `Bearer ${token}` } })).status;

  const second = (await place.run(["tokens", "add", "--id", "second"])).stdout.trim();
  const both = [await status(first), await status(second)];
  await place.run(["tokens", "remove", "first"]);
  const one = [await status(first), await status(second)];
  await place.run(["tokens", "remove", "second"]);
  const none = [await status(first), await status(second), (await fetch(`${url}/backends`)).status];
  const third = (await place.run(["tokens", "add", "--id", "third"])).stdout.trim();
  const again = await status(third);
  server.kill("SIGTERM");
  await once(server, "exit");

  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("make a token first (imagedex tokens add"),
  });
  expect({ both, one, none, again }).toEqual({ both: [200, 200], one: [401, 200], none: [401, 401, 401], again: 200 });
  expect(server.exitCode).toBe(0);
  expect(rows(place, "SELECT id, last_used_at IS NOT NULL FROM access_tokens")).toEqual([["third", 1]]);
});

function rows({ database }: Workplace, sql: string): unknown[] {
  const db = new Database(database, { readonly: true });
  const read = db.prepare(sql).raw().all();
  db.close();
  return read;
}
