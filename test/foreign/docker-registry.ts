import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A real registry (CNCF Distribution), in a folder that another may have filled. */
export interface DockerRegistry extends AsyncDisposable {
  readonly url: string;
}

/** Starts the registry; `auth` is the part of its configuration, as JSON, that says who may ask. */
export async function startDockerRegistry(program: string, folder: string, auth: object): Promise<DockerRegistry> {
  const configuration = join(folder, "config.yml");
  writeFileSync(
    configuration,
    // JSON is YAML.
    JSON.stringify({
      version: 0.1,
      log: { level: "info", formatter: "json", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
      http: { addr: "127.0.0.1:0", secret: "for tests" },
      auth,
    }),
  );
  const child = spawn(program, ["serve", configuration], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  child.stdout.resume();
  const url = await new Promise<string>((resolve, reject) => {
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
    child.once("exit", () => reject(new Error(`the registry ended before it listened: ${log}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

const EMPTY = "{}";
const EMPTY_DIGEST = digestOf(EMPTY);
const MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

/** Pushes an image without layers under these tags, as clients do; answers its digest. */
export async function pushImage(url: string, repository: string, tags: readonly string[]): Promise<string> {
  const base = `${url}/v2/${repository}`;
  const upload = await ok(fetch(`${base}/blobs/uploads/`, { method: "POST" }));
  const place = new URL(upload.headers.get("location") ?? "", base);
  place.searchParams.set("digest", EMPTY_DIGEST);
  await ok(fetch(place, { method: "PUT", body: EMPTY }));
  const config = { mediaType: "application/vnd.docker.container.image.v1+json", size: 2, digest: EMPTY_DIGEST };
  const body = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [] });
  const headers = { "content-type": MANIFEST_TYPE };
  for (const tag of tags) await ok(fetch(`${base}/manifests/${tag}`, { method: "PUT", headers, body }));
  return digestOf(body);
}

export async function deleteImage(url: string, repository: string, digest: string): Promise<void> {
  await ok(fetch(`${url}/v2/${repository}/manifests/${digest}`, { method: "DELETE" }));
}

async function ok(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  const said = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${said}`);
  return response;
}

function digestOf(content: string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
