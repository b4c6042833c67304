import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { tightenFiles } from "../../src/catalogue/file/private-file.ts";
import { lockFile } from "../../src/catalogue/file/process-lock.ts";
import { createLog } from "../../src/log.ts";
import { settingsOf } from "../http/start-server.ts";

let umask: number;
beforeEach(() => (umask = process.umask(0o022)));
afterEach(() => void process.umask(umask));

test("the catalogue, its log and its locks are for their owner alone, whatever the umask", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mode-"));
  using catalogue = openCatalogue(join(folder.path, "imagedex.db"));
  using _lock = lockFile(`${catalogue.file}-webhooks.lock`);

  const modes = modesIn(folder.path);

  expect(modes).toMatchObject({ "imagedex.db": "600", "imagedex.db-wal": "600", "imagedex.db-webhooks.lock": "600" });
  expect(Object.values(modes).filter((mode) => mode !== "600")).toEqual([]);
});

test("files that others could read are tightened when the app opens them, and no other's", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-mode-"));
  const database = join(folder.path, "imagedex.db");
  openCatalogue(database)[Symbol.dispose]();
  const wide = ["imagedex.db.key", "imagedex.db-wal", "imagedex.db-sync-3.lock"];
  const others = ["imagedex.db.backup", "other.db", "imagedex.db-notes.txt"];
  for (const name of [...wide, ...others]) writeFileSync(join(folder.path, name), "");
  chmodSync(database, 0o644);

  await using _app = createApp(settingsOf({ database }), createLog("silent"));

  const modes = modesIn(folder.path);
  expect(["imagedex.db", ...wide].map((name) => modes[name])).not.toContain("644");
  expect(others.map((name) => modes[name])).toEqual(["644", "644", "644"]);
  expect(tightenFiles(database)).toEqual([]);
});

function modesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder);
  return Object.fromEntries(names.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
}
