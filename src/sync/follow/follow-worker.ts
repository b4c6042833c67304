import { parentPort, workerData } from "node:worker_threads";
import { openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { createLog } from "../../log.ts";
import { nameSourceLines } from "../../source-lines.ts";
import type { FollowStart } from "./follow-thread.ts";
import { startFollower } from "./follower.ts";

/* The thread that keeps a node's file up with its record. */

nameSourceLines();
const { url, format, file, logLevel, tuning }: FollowStart = workerData;
const catalogue = openCatalogue(file, { mustExist: true, replica: "own" });
const now = (): string => new Date().toISOString();
const log = createLog(logLevel);
const follower = startFollower({
  url,
  format,
  catalogue,
  now,
  log,
  tuning,
  tell: (news) => parentPort?.postMessage(news),
});

parentPort?.on("message", () => void end());

async function end(): Promise<void> {
  await follower[Symbol.asyncDispose]();
  catalogue[Symbol.dispose]();
  parentPort?.close();
}
