import {
  chmodSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import type { AppAccess } from "../../src/open-keyed.ts";
import { readSecrets } from "../../src/record/backends.ts";
import { createLog } from "../../src/log.ts";
import { addBackend } from "../../src/sync/register-backend.ts";
import { settingsOf } from "../http/start-server.ts";

test("a new catalogue gets a key of its own, for its owner alone, and keeps it", async () => {
  using place = createPlace();

  await place.open().then((app) => app[Symbol.asyncDispose]());
  const key = readFileSync(place.keyFile, "utf8");
  await place.open().then((app) => app[Symbol.asyncDispose]());

  expect(key).toMatch(/^[\w-]{43}$/);
  expect(statSync(place.keyFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(place.keyFile, "utf8")).toBe(key);
  expect(readdirSync(place.folder).toSorted()).toEqual(["imagedex.db", "imagedex.db.key"]);
});

test("a lost key is not made anew while there are secrets that only it opens", async () => {
  using place = createPlace();
  await place.seal();
  rmSync(place.keyFile);

  const lost = await place.refusal();
  await using reading = await place.open("read");
  const opened = (): unknown => readSecrets(reading.catalogue, "cloud", reading.registrar.box);

  const sentence =
    /^the key file \S+imagedex\.db\.key does not exist; restore the key file or set IMAGEDEX_SECRET_KEY; [^\n]+$/;
  expect(lost).toMatch(sentence);
  expect(opened).toThrow(sentence);
  expect(readdirSync(place.folder)).not.toContain("imagedex.db.key");
});

test("a key file that is empty, short or not to be read is left as it is, and one sentence says so", async () => {
  using place = createPlace();
  await place.seal();
  const refusals: (string | undefined)[] = [];
  for (const text of ["", "\n", "short"]) {
    writeFileSync(place.keyFile, text);
    refusals.push(await place.refusal());
    expect(readFileSync(place.keyFile, "utf8")).toBe(text);
  }
  rmSync(place.keyFile);
  mkdirSync(place.keyFile);
  refusals.push(await place.refusal());

  expect(refusals).toEqual([
    expect.stringContaining("imagedex.db.key is empty; restore the key file"),
    expect.stringContaining("imagedex.db.key is empty; restore the key file"),
    expect.stringContaining("imagedex.db.key is too short (5 characters); restore the key file"),
    expect.stringContaining("imagedex.db.key cannot be read (EISDIR)"),
  ]);
});

test("those who only read make no key, and need none where nothing is sealed", async () => {
  using place = createPlace();
  await place.open().then((app) => app[Symbol.asyncDispose]());
  rmSync(place.keyFile);

  await place.open("read").then((app) => app[Symbol.asyncDispose]());
  const read = readdirSync(place.folder);
  await place.open("update").then((app) => app[Symbol.asyncDispose]());

  expect(read).toEqual(["imagedex.db"]);
  expect(readFileSync(place.keyFile, "utf8")).toMatch(/^[\w-]{43}$/);
});

test("a folder that may not be written is named where the key cannot be created", async ({ skip }) => {
  if (process.getuid?.() === 0) skip("root may write anywhere");
  using place = createPlace();
  await place.open().then((app) => app[Symbol.asyncDispose]());
  rmSync(place.keyFile);
  chmodSync(place.folder, 0o500);
  const refusal = await place.refusal();
  chmodSync(place.folder, 0o700);
  expect(refusal).toContain(place.folder);
});

interface Place extends Disposable {
  readonly folder: string;
  readonly keyFile: string;
  open(access?: AppAccess): Promise<App>;
  /** Adds a backend with credentials. */
  seal(): Promise<void>;
  /** What is said instead of opening. */
  refusal(): Promise<string | undefined>;
}

function createPlace(): Place {
  const folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-key-"));
  const database = join(folder.path, "imagedex.db");
  const config = settingsOf({ database, secretKey: undefined });
  const open = async (access: AppAccess = "create"): Promise<App> => createApp(config, createLog("silent"), {}, access);
  return {
    folder: folder.path,
    keyFile: `${database}.key`,
    open,
    async seal() {
      await using app = await open();
      const apiurl = "http://127.0.0.1:9";
      const fields = {
        id: "cloud",
        provider: "ec2",
        region: "eu-west-1",
        apiurl,
        apikey: "AKIA",
        apisecret: "hush",
      } as const;
      await addBackend(app.registrar, fields);
    },
    async refusal() {
      try {
        await using _ = await open();
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    [Symbol.dispose]: () => folder.remove(),
  };
}
