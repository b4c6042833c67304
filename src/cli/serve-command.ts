import type { Command } from "commander";
import { openApp, serve } from "../app.ts";
import { listBackends } from "../record/backends.ts";
import { createLog } from "../log.ts";
import { configOf } from "./open-app.ts";
import { print } from "./print.ts";
import { watchStopSignals } from "./stop-signals.ts";

export function addServeCommand(program: Command): void {
  program
    .command("serve", { isDefault: false })
    .description("serve HTTP and sync every backend on schedule")
    .addHelpText("after", "\nExample:\n  $ IMAGEDEX_PORT=9000 imagedex serve")
    .action(async (_options: unknown, command: Command) => {
      const config = configOf(command);
      const log = createLog(config.logLevel);
      await using app = await openApp(config, log);
      await using server = await serve(app, config, log);
      log.info(
        { url: server.url, database: config.database, backends: listBackends(app.catalogue).length },
        "listening",
      );
      // People click on it; what collects logs gets logs alone.
      if (process.stdout.isTTY) print(`imagedex serves ${server.url}/ (Ctrl-C ends it)`);
      const signal = await watchStopSignals(["SIGTERM", "SIGINT"]).stopped;
      log.info({ signal }, "stopping");
    });
}
