import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { createApp } from "../../src/app.ts";
import { getBackend } from "../../src/record/backends.ts";
import { listRuns } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { readConfig } from "../../src/config.ts";
import { type SpawnedEndpoint, spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { createLog } from "../../src/log.ts";
import { addBackend } from "../../src/sync/register-backend.ts";
import type { Bar } from "./measure.ts";

const REGION = "us-east-1";
/** Images that come, go and change before the last sync: 1,000 of 200,000. */
const CHANGED_SHARE = 0.005;

/** A first sync, an unchanged second one, and one after a few changes, beside the SDK's bare paginator. */
export async function benchSync(count: number): Promise<Bar[]> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-bench-"));
  try {
    await using endpoint = await spawnEndpoint({ count: String(count), region: REGION, "cache-mb": "1000" });
    // The endpoint renders its pages the first time: that is not what is measured.
    await listBare(endpoint);
    const bare = await listBare(endpoint);
    const log = createLog("warn");
    const config = readConfig(undefined, {
      IMAGEDEX_DATABASE: join(folder, "imagedex.db"),
      IMAGEDEX_LOG_LEVEL: "warn",
    });
    await using app = createApp(config, log);
    const { url: apiurl, accessKeyId: apikey, secretAccessKey: apisecret } = endpoint;
    await addBackend(app.registrar, { id: "bench", provider: "ec2", region: REGION, apiurl, apikey, apisecret });
    const sync = async (): Promise<number> => {
      const backend = getBackend(app.catalogue, "bench");
      const startedAt = performance.now();
      for (const { id } of (await app.sync.start(backend)).runs) await app.sync.finished(id);
      const seconds = (performance.now() - startedAt) / 1000;
      const [last] = listRuns(
        app.catalogue,
        sourcesOf(app.catalogue, "bench")
          .slice(1)
          .map(({ id }) => id),
        1,
      );
      const { listed = 0, added, changed, retired } = last ?? {};
      console.log(
        `${listed} images in ${seconds.toFixed(1)} s: ${added} added, ${changed} changed, ${retired} retired; ${mb()} MB resident`,
      );
      return listed / seconds;
    };
    const [first, second] = [await sync(), await sync()];
    await endpoint.churn({ share: CHANGED_SHARE, seed: 5 });
    // It renders the pages that changed, which are most. The thread that syncs has ended meanwhile, so the unchanged sync that this one
    // is compared with begins with a new thread, too.
    await listBare(endpoint);
    const changed = await sync();
    await listBare(endpoint);
    const unchanged = await sync();
    return [
      { what: "first sync: of the bare paginator's images/s", measured: first / bare, bar: 1, atLeast: true },
      { what: "unchanged sync: of the bare paginator's images/s", measured: second / bare, bar: 3, atLeast: true },
      { what: "sync of few changes: times an unchanged one", measured: unchanged / changed, bar: 1.3, atLeast: false },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listBare({ url, accessKeyId, secretAccessKey }: SpawnedEndpoint): Promise<number> {
  const client = new EC2Client({ region: REGION, endpoint: url, credentials: { accessKeyId, secretAccessKey } });
  const filters = {
    ExecutableUsers: ["all"],
    IncludeDeprecated: true,
    Filters: [{ Name: "image-type", Values: ["machine"] }],
  };
  const startedAt = performance.now();
  let listed = 0;
  for await (const page of paginateDescribeImages({ client, pageSize: 1000 }, filters))
    listed += page.Images?.length ?? 0;
  const rate = listed / ((performance.now() - startedAt) / 1000);
  console.log(`bare paginator: ${listed} images, ${Math.round(rate)} a second; ${mb()} MB resident`);
  return rate;
}

function mb(): number {
  return Math.round(process.memoryUsage.rss() / 1e6);
}
