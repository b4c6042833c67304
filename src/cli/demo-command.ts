import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { type App, createApp, type RunningServer, serve } from "../app.ts";
import { getBackend } from "../catalogue/backends.ts";
import { listRuns } from "../catalogue/runs.ts";
import { sourcesOf } from "../catalogue/sources.ts";
import type { Config } from "../config.ts";
import { BadRequestError } from "../errors.ts";
import { type SpawnedEndpoint, spawnEndpoint } from "../demo/spawn-endpoint.ts";
import { createLog } from "../log.ts";
import { addBackend } from "../sync/register-backend.ts";
import { configOf } from "./open-app.ts";
import { print } from "./print.ts";
import { showProgress } from "./progress.ts";
import { untilStopped } from "./until-stopped.ts";

const REGION = "us-east-1";
const MOST_IMAGES = 2_000_000;

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("a local EC2 with a generated catalogue, synced and served: no account, no network")
    .option("--count <n>", "public images to generate", "50000")
    .option("--seed <n>", "another seed, another catalogue", "1")
    .option("--once", "end after the example queries")
    .addHelpText("after", "\nExample:\n  $ imagedex demo --count 200000")
    .action(async (options: { count: string; seed: string; once?: boolean }, command: Command) => {
      const count = Number(options.count);
      if (!/^\d+$/.test(options.count) || count > MOST_IMAGES || !/^\d{1,9}$/.test(options.seed)) {
        throw new BadRequestError(`--count and --seed: expected whole numbers, the count at most ${MOST_IMAGES}`);
      }
      await runDemo(configOf(command), { count, seed: options.seed, once: options.once ?? false });
    });
}

async function runDemo(settings: Config, options: { count: number; seed: string; once: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-demo-"));
  try {
    const config: Config = { ...settings, database: join(folder, "imagedex.db"), logLevel: "warn" };
    const log = createLog(config.logLevel);
    await using endpoint = await spawnEndpoint({ count: String(options.count), seed: options.seed, region: REGION });
    await using app = createApp(config, log);
    await using server = await serve(app, config, log);
    print(`A local EC2 with ${options.count} images at ${endpoint.url}, its catalogue in ${config.database}`);
    await syncDemo(app, endpoint, options.count);
    await showQueries(server);
    if (options.once) return;
    print("");
    print("Ctrl-C ends the demo.");
    await untilStopped(log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function syncDemo(app: App, endpoint: SpawnedEndpoint, count: number): Promise<void> {
  const startedAt = performance.now();
  const backend = await addBackend(app.registrar, {
    id: "demo",
    title: "Demo",
    provider: "ec2",
    region: REGION,
    apiurl: endpoint.url,
    apikey: endpoint.accessKeyId,
    apisecret: endpoint.secretAccessKey,
  });
  {
    using _progress = showProgress(app, count);
    const { runs } = await app.sync.start(getBackend(app.catalogue, backend.id));
    for (const run of runs) {
      await app.sync.finished(run.id);
    }
  }
  const failed = listRuns(
    app.catalogue,
    sourcesOf(app.catalogue, backend.id).map(({ id }) => id),
    2,
  ).find(({ state }) => state !== "complete");
  if (failed) throw new Error(`the demo's sync of ${failed.source}: ${failed.error}`);
  await app.search.caughtUp();
  const total = app.search.imageCount([backend]);
  const seconds = (performance.now() - startedAt) / 1000;
  print(`${total} images synced and indexed in ${seconds.toFixed(1)} s (${Math.round(total / seconds)} a second)`);
  print("");
}

/** Asks the server what a user might, and prints the command for it, the time and the first answers. */
async function showQueries({ url }: RunningServer): Promise<void> {
  for (const term of ["ubuntu jammy arm64", "windows 2022", "tu/im"]) {
    const address = `${url}/backends/demo/images?${new URLSearchParams({ search_term: term, limit: "3" }).toString()}`;
    const startedAt = performance.now();
    const answer = await fetch(address);
    const entries: { id: string; name: string }[] = JSON.parse(await answer.text());
    const milliseconds = performance.now() - startedAt;
    print(`$ curl '${address}'`);
    for (const { id, name } of entries) print(`  ${id}  ${name}`);
    print(`  … ${answer.headers.get("x-total-count")} found, ${milliseconds.toFixed(1)} ms`);
  }
  print("");
  print("More to try:");
  print(`$ curl -X GET ${url}/backends/demo/images -d '{"search_term":"Gentoo"}'`);
  print(`$ curl '${url}/backends/demo/suggestions?search_term=ubunut'`);
  print(`$ curl '${url}/backends/demo/syncs'`);
}
