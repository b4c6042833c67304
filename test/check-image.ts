/** Follows the Dockerfile step by step, runs what it makes as its user, and asks it as its HEALTHCHECK does. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { buildImage, type Image, openBuildFolder } from "./image/build-image.ts";
import { readDockerfile } from "./image/dockerfile.ts";
import { freePort } from "./free-port.ts";

const CONTEXT = resolve(import.meta.dirname, "..");
const TOKEN = "a-token-of-the-image-check";
const STOPS_WITHIN_MS = 10_000;

using folder = openBuildFolder();
const read = (name: string): string => readFileSync(join(CONTEXT, name), "utf8");
const image = buildImage(readDockerfile(read("Dockerfile")), CONTEXT, read(".dockerignore"), folder.path);

assert(image.user !== "root", "it must not run as root");
assert(image.volumes.join() === "/data", `its volume must be /data, is ${image.volumes.join()}`);
assert(image.ports.join() === "8080", `its port must be 8080, is ${image.ports.join()}`);
for (const name of ["vite", "typescript", "vitest"])
  assert(!existsSync(join(image.root, "app/node_modules", name)), `it holds ${name}, which only builds need`);
await assertNeedsTokens(image);
await assertServes(image);
console.log("image: the Dockerfile's steps make a server that starts, is healthy and stops in order");

/** As the image is, it listens beyond loopback. */
async function assertNeedsTokens({ start }: Image): Promise<void> {
  const child = start({});
  const said = child.stderr ? text(child.stderr) : "";
  await once(child, "exit");
  assert(child.exitCode === 2, `without tokens it must end with 2, ended with ${child.exitCode}: ${await said}`);
  assert((await said).includes("IMAGEDEX_TOKENS"), `without tokens it must say so, said ${await said}`);
}

async function assertServes({ start, checkHealth, root }: Image): Promise<void> {
  const port = await freePort();
  // On loopback, which is as good here and nobody else's business.
  const env = { IMAGEDEX_TOKENS: `read:${TOKEN}`, IMAGEDEX_HOST: "127.0.0.1", IMAGEDEX_PORT: String(port) };
  const health = async (): Promise<number | null> => {
    const child = checkHealth(env);
    await once(child, "exit");
    return child.exitCode;
  };
  assert((await health()) === 1, "nothing is served yet, but it is said to be healthy");
  const server = start(env);
  const stop = setTimeout(() => server.kill("SIGKILL"), 60_000);
  await listening(server);
  assert((await health()) === 0, "it serves, but is said not to be healthy");
  const page = await fetch(`http://127.0.0.1:${port}/`);
  assert(page.ok && (await page.text()).includes("<html"), "it has no search page");
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  assert(metrics.ok, `its metrics answer ${metrics.status}`);
  const database = statSync(join(root, "data/imagedex.db"));
  assert(process.getuid?.() !== 0 || database.uid === 1000, `its database belongs to ${database.uid}`);
  const stoppedAt = performance.now();
  server.kill("SIGTERM");
  await once(server, "exit");
  clearTimeout(stop);
  assert(server.exitCode === 0, `SIGTERM must end it in order, it ended with ${server.exitCode ?? server.signalCode}`);
  assert(performance.now() - stoppedAt < STOPS_WITHIN_MS, "it took too long to stop");
}

async function listening(server: ChildProcess): Promise<void> {
  let log = "";
  for await (const chunk of server.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    log += String(chunk);
    if (log.includes('"msg":"listening"')) return void server.stderr?.resume();
  }
  throw new Error(`it ended before it listened: ${log}`);
}

function assert(isSo: boolean, complaint: string): asserts isSo {
  if (!isSo) throw new Error(complaint);
}
