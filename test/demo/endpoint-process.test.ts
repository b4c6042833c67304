import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { z } from "zod";

const SCRIPT = join(import.meta.dirname, "../../src/demo/ec2/endpoint-process.ts");
const ARGS = ["--count", "1500", "--kernels", "0", "--owned", "3", "--shared", "2", "--region", "us-east-1,eu-west-1"];

const announcement = z.strictObject({
  url: z.string(),
  regions: z.array(z.string()),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  account: z.string(),
});

test("serves until its standard input ends, and changes its regions on command", async () => {
  const child = spawn(process.execPath, [SCRIPT, ...ARGS], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = linesOf(child.stdout);
  const { url, regions, ...credentials } = announcement.parse(await lines());
  const before = await countImages(url, credentials);

  child.stdin.write('{"churn":{"share":0.1,"seed":1}}\n');
  const { churn } = z.object({ churn: z.array(z.record(z.string(), z.number())) }).parse(await lines());
  const after = await countImages(url, credentials);
  child.stdin.end();

  expect(regions).toEqual(["us-east-1", "eu-west-1"]);
  expect(before).toBe(1_505);
  expect(churn).toHaveLength(2);
  expect(after).toBe(before + (churn[0]?.["added"] ?? 0) - (churn[0]?.["removed"] ?? 0));
  expect(await exitOf(child)).toBe(0);
});

test("ends when its parent lets go of it", async () => {
  const child = fork(SCRIPT, ARGS, { stdio: ["pipe", "pipe", "inherit", "ipc"] });
  if (!child.stdout) throw new Error("the child has no output");
  await linesOf(child.stdout)();

  child.disconnect();

  expect(await exitOf(child)).toBe(0);
});

function linesOf(output: Readable): () => Promise<unknown> {
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return async () => JSON.parse((await lines.next()).value ?? "null");
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, "exit");
  return child.exitCode;
}

async function countImages(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
): Promise<number> {
  const client = new EC2Client({ region: "us-east-1", endpoint, credentials });
  let count = 0;
  const input = { IncludeDeprecated: true, IncludeDisabled: true };
  for await (const { Images = [] } of paginateDescribeImages({ client, pageSize: 1000 }, input)) count += Images.length;
  client.destroy();
  return count;
}
