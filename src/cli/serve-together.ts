import cluster from "node:cluster";
import { CommanderError } from "commander";
import { createApp, serve } from "../app.ts";
import type { Config } from "../config.ts";
import { addUpMeasured } from "../http/metrics/measure-together.ts";
import { createLog, type Log } from "../log.ts";
import { joinCrew } from "../workers/crew.ts";
import { startWorkers, type Workers, WRONG_SETTINGS } from "../workers/primary.ts";
import { endUnderWrongKey } from "./end-under-wrong-key.ts";
import { showAddress } from "./show-address.ts";
import { watchStopSignals } from "./stop-signals.ts";

/** Serves with several processes: this one starts them, or is one of them. */
export async function serveTogether(config: Config, count: number): Promise<void> {
  const log = createLog(config.logLevel);
  if (cluster.isWorker) await work(config, log);
  else await lead(config, count, log);
}

async function lead(config: Config, count: number, log: Log): Promise<void> {
  const workers = await startWorkers({ workers: count, addUp: addUpMeasured, log });
  if (workers === "refused") throw wrongSettings();
  log.info({ url: workers.url, database: config.database, workers: count }, "listening");
  showAddress(workers.url);
  await endInOrder(workers, log);
}

async function endInOrder(workers: Workers, log: Log): Promise<void> {
  const { stopped } = watchStopSignals(["SIGTERM", "SIGINT"], workers.kill);
  const signal = await Promise.race([stopped, workers.refused]);
  if (signal !== "refused") log.info({ signal }, "stopping");
  await workers.stop();
  if (signal === "refused") throw wrongSettings();
}

/** The worker said on standard error what is wrong. */
function wrongSettings(): CommanderError {
  return new CommanderError(WRONG_SETTINGS, "imagedex.workers", "the settings are wrong");
}

async function work(config: Config, serverLog: Log): Promise<void> {
  using crew = await joinCrew();
  const log = serverLog.child({ worker: crew.number });
  await using app = createApp(config, log, {}, "create", { crew });
  await using server = await serve(app, config, log);
  log.debug("worker listening");
  crew.tellReady(server.url);
  const stopped = watchStopSignals(["SIGTERM", "SIGINT"]).stopped;
  const signal = await Promise.race([stopped, crew.stopped, endUnderWrongKey(app)]);
  log.debug({ signal }, "worker stopping");
}
