import { once } from "node:events";
import { mkdirSync, rmdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { lockFile } from "../../src/catalogue/file/process-lock.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { write } from "../../src/catalogue/file/write.ts";
import { BusyError, StorageError } from "../../src/errors.ts";
import { problemHandler } from "../../src/problems.ts";
import { createLog } from "../../src/log.ts";
import { openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { startServer } from "./start-server.ts";

test("a sync that the disk has no room to begin is answered 507, and begins once there is", async () => {
  await using server = await startServer();
  const { catalogue } = server.app;
  await seedBackend(catalogue, "one", [
    { key: "ec2 one public", scope: "public" },
    { key: "ec2 one own", scope: "own" },
  ]);
  const [first, second] = sourcesOf(catalogue, "one").map(({ id }) => `${catalogue.file}-sync-${id}.lock`);
  // No file can be made there, as on a full disk.
  mkdirSync(second ?? "");

  const refused = await server.ask("/backends/one/sync", { method: "POST" });
  const isFree = lockFile(first ?? "");
  isFree?.[Symbol.dispose]();
  rmdirSync(second ?? "");
  const begun = await server.ask("/backends/one/sync", { method: "POST" });

  expect([refused.status, refused.json.title]).toEqual([507, "Insufficient Storage"]);
  expect(isFree).toBeDefined();
  expect(begun.status).toBe(202);
});

test("who cannot lock a file is told why", () => {
  using catalogue = openTemporaryCatalogue();
  expect(() => lockFile(`${catalogue.file}-no/folder.lock`)).toThrow(StorageError);
});

test("a catalogue that others write for too long is busy: 503, and when to ask again", async () => {
  using catalogue = openTemporaryCatalogue();
  using other = openCatalogue(catalogue.file);
  other.sqlite.exec("BEGIN IMMEDIATE");
  const app = express();
  app.get("/patient", () => write(catalogue, () => 1, 20));
  app.get("/direct", () => {
    catalogue.sqlite.pragma("busy_timeout = 0");
    catalogue.sqlite.exec("BEGIN IMMEDIATE");
  });
  app.use(problemHandler(createLog("silent")));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string): Promise<unknown[]> => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}${path}`);
    return [status, headers.get("retry-after")];
  };

  const answers = [await ask("/patient"), await ask("/direct")];
  server.close();

  expect(answers).toEqual([
    [503, "5"],
    [503, "5"],
  ]);
  await expect(write(catalogue, () => 1, 20)).rejects.toThrow(BusyError);
});
