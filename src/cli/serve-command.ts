import type { Command } from "commander";
import { openApp, serve } from "../app.ts";
import { listBackends } from "../record/backends.ts";
import { type Config, readWorkers } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { createLog } from "../log.ts";
import { endUnderWrongKey } from "./end-under-wrong-key.ts";
import { configOf } from "./open-app.ts";
import { showAddress } from "./show-address.ts";
import { watchStopSignals } from "./stop-signals.ts";

export function addServeCommand(program: Command): void {
  program
    .command("serve", { isDefault: false })
    .description("serve HTTP and sync every backend on schedule")
    .option("--workers <n>", "so many processes answer from the one file (default: IMAGEDEX_WORKERS, else 1)")
    .addHelpText("after", "\nExamples:\n  $ IMAGEDEX_PORT=9000 imagedex serve\n  $ imagedex serve --workers 4")
    .action(async ({ workers }: { workers?: string }, command: Command) => {
      const config = configOf(command);
      const count = workers === undefined ? config.workers : readWorkers(workers);
      if (count === 1) return serveAlone(config);
      refuseNode(config);
      // A server of one process loads nothing of this.
      const { serveTogether } = await import("./serve-together.ts");
      await serveTogether(config, count);
    });
}

/** Each node follows its record into a file of its own. */
function refuseNode({ record }: Config): void {
  if (record)
    throw new ConfigError(
      "--workers: a server whose record is PostgreSQL (IMAGEDEX_DATABASE=postgres://…) is one process; " +
        "start more nodes instead, each with an IMAGEDEX_REPLICA of its own",
    );
}

async function serveAlone(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  await using app = await openApp(config, log);
  await using server = await serve(app, config, log);
  log.info({ url: server.url, database: config.database, backends: listBackends(app.catalogue).length }, "listening");
  showAddress(server.url);
  const signal = await Promise.race([watchStopSignals(["SIGTERM", "SIGINT"]).stopped, endUnderWrongKey(app)]);
  log.info({ signal }, "stopping");
}
