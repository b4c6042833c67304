import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openForeign } from "../../src/catalogue/file/open-catalogue.ts";
import { type SpawnedEndpoint, spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { PROGRAM } from "../program.ts";

/*
 * A disk that is full, a limit on what a user may write, a file system that is read-only: a sync says so and loses
 * nothing, and the next one with room completes.
 */

/** Bytes of a small disk: room for the first catalogue, not for the changes of the second. */
const DISK = 24 * 1024 * 1024;

let endpoint: SpawnedEndpoint;
beforeAll(async () => {
  endpoint = await spawnEndpoint({ count: "3000", region: "eu-west-1" });
});
afterAll(() => endpoint[Symbol.asyncDispose]());

test("a user who may not write so much is told so, and nothing is lost", async () => {
  using place = createFolder();
  await place.syncFirst();
  const before = place.contents();
  await endpoint.churn({ share: 0.9, seed: 1 });

  // In units of 512 bytes.
  const refused = await place.run(["sync", "cloud"], "ulimit -f 4096;");

  expect(refused.stdout).toContain(`${place.database} cannot be written: the disk or a limit of this user is full`);
  expect(refused.code).toBe(1);
  expect(place.contents()).toBe(before);
  expect(await place.run(["check"])).toMatchObject({ code: 0 });
  expect(await place.run(["sync", "cloud"])).toMatchObject({ code: 0 });
  expect(place.contents()).not.toBe(before);
});

const disk = mountDisk();
if (!disk) console.warn("SKIPPED: no small disk can be mounted here (needs root), so none is filled");

describe.skipIf(!disk)("on a small disk", () => {
  afterAll(() => disk?.[Symbol.dispose]());

  test("that is full or read-only, a sync says so and loses nothing, and completes when there is room", async () => {
    using place = createFolder(mkdtempSync(join(disk?.folder ?? "", "place-")));
    await place.syncFirst();
    const before = place.contents();
    await endpoint.churn({ share: 0.9, seed: 2 });
    const fill = join(place.folder, "fill");
    const { bavail, bsize } = statfsSync(place.folder);
    writeFileSync(fill, Buffer.alloc(bavail * bsize - 100_000));

    const full = await place.run(["sync", "cloud"]);
    const afterwards = place.contents();
    const fullCheck = await place.run(["check"]);
    rmSync(fill);
    spawnSync("mount", ["-o", "remount,ro", disk?.folder ?? ""]);
    const readOnly = await place.run(["sync", "cloud"]);
    spawnSync("mount", ["-o", "remount,rw", disk?.folder ?? ""]);
    const unchanged = place.contents();
    const healed = await place.run(["sync", "cloud"]);

    expect(full.stdout).toContain(`${place.database} cannot be written: the disk is full`);
    expect([full.code, fullCheck.code, healed.code]).toEqual([1, 0, 0]);
    expect([afterwards, unchanged]).toEqual([before, before]);
    expect(readOnly.stderr).toMatch(/imagedex\.db\S* (is read-only|cannot be opened); this user must/);
    expect(place.contents()).not.toBe(before);
    expect(await place.run(["check"])).toMatchObject({ code: 0 });
  });
});

const PUBLIC_IMAGES = `SELECT i.* FROM images i JOIN sources s ON s.id = i.source_id AND s.scope = 'public'
  WHERE retired_at IS NULL ORDER BY i.id`;

interface Folder extends Disposable {
  readonly folder: string;
  readonly database: string;
  run(args: readonly string[], limit?: string): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Adds the backend `cloud` and syncs it. */
  syncFirst(): Promise<void>;
  /** What the public source has, as a digest. */
  contents(): string;
}

function createFolder(folder = mkdtempSync(join(tmpdir(), "imagedex-full-"))): Folder {
  const database = join(folder, "imagedex.db");
  const place: Folder = {
    folder,
    database,
    async run(args, limit = "") {
      const child = spawn("sh", ["-c", `${limit} exec "$@"`, "sh", process.execPath, PROGRAM, ...args], {
        cwd: folder,
        env: { PATH: process.env["PATH"], IMAGEDEX_DATABASE: database },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      return { code: child.exitCode, stdout, stderr };
    },
    async syncFirst() {
      const fields = ["--id", "cloud", "--region", "eu-west-1", "--apiurl", endpoint.url];
      const secrets = ["--apikey", endpoint.accessKeyId, "--apisecret", endpoint.secretAccessKey];
      expect(await place.run(["backends", "add", "--provider", "ec2", ...fields, ...secrets])).toMatchObject({
        code: 0,
      });
      expect(await place.run(["sync", "cloud"])).toMatchObject({ code: 0 });
    },
    contents() {
      using catalogue = openForeign(database);
      const rows = catalogue.sqlite.prepare(PUBLIC_IMAGES).raw().all();
      return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  return place;
}

/** A small disk in memory; undefined where this user may not mount one. */
function mountDisk(): ({ readonly folder: string } & Disposable) | undefined {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", folder]);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (status === 0) {
    return {
      folder,
      [Symbol.dispose]() {
        spawnSync("umount", [folder]);
        remove();
      },
    };
  }
  remove();
  return undefined;
}
