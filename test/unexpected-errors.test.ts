import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { z } from "zod";
import { createLog, type Log } from "../src/log.ts";
import { problemHandler } from "../src/problems.ts";
import type { ImageProvider } from "../src/providers/provider.ts";
import { createLocalRecord } from "../src/record/record.ts";
import { insertRun } from "../src/record/runs.ts";
import { sourcesOf } from "../src/record/sources.ts";
import { syncSource } from "../src/sync/sync-source.ts";
import { createPoster } from "../src/webhooks/post-message.ts";
import { NOW, openTemporaryCatalogue, seedBackend } from "./catalogue/seed.ts";

/** A frame of this file. */
const HERE = /at .*unexpected-errors\.test\.ts/;

test("the server logs where a value could not be read, though it answers as if a parameter were wrong", async () => {
  const { log, lines } = listen();
  const app = express();
  app.get("/", () => z.object({ ours: z.string() }).parse({}));
  app.use(problemHandler(log));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const { status } = await fetch(`http://127.0.0.1:${port}/`);
  server.close();

  expect(status).toBe(400);
  expect(lines).toEqual([expect.objectContaining({ level: 20, msg: "request refused", err: stackOf(HERE), url: "/" })]);
});

test.each([
  ["debug", 20, Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" })],
  ["error", 50, new TypeError("nobody expected this")],
])("a sync logs at level %s where it failed", async (_, level, failure) => {
  const { log, lines } = listen();
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const [source] = sourcesOf(catalogue, backend.id);
  const provider: ImageProvider = {
    name: "ec2",
    sources: [{ key: "ec2 test public", scope: "public" }],
    listImages() {
      throw failure;
    },
  };

  await syncSource({
    recordOf: createLocalRecord,
    file: catalogue.file,
    runId: insertRun(catalogue, source!.id, NOW),
    sourceId: source!.id,
    providers: [provider],
    limits: { maxShrink: 0.2, acceptShrink: false },
    signal: new AbortController().signal,
    now: () => NOW,
    log,
  });

  expect(lines).toContainEqual(expect.objectContaining({ level, msg: "sync failed", err: stackOf(HERE) }));
});

test("a webhook that cannot be sent logs where, without its secret", async () => {
  const { log, lines } = listen();
  const resolve = (): never => {
    throw new TypeError("s3cret is no function");
  };
  await using poster = createPoster({ limits: { allowLinkLocal: false }, timeoutMs: 5_000, resolve, log });
  const message = { url: "http://hooks.test/", secret: "s3cret", id: "msg_1", body: "{}", at: NOW };

  const { isDelivered } = await poster.post(message, new AbortController().signal);

  expect(isDelivered).toBe(false);
  expect(lines).toEqual([expect.objectContaining({ level: 20, msg: "webhook not sent", err: stackOf(HERE) })]);
  expect(JSON.stringify(lines)).not.toContain("s3cret");
});

function stackOf(frame: RegExp): unknown {
  return expect.objectContaining({ stack: expect.stringMatching(frame) });
}

function listen(): { readonly log: Log; readonly lines: unknown[] } {
  const lines: unknown[] = [];
  return { lines, log: createLog("debug", (line) => void lines.push(JSON.parse(line))) };
}
