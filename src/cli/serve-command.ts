import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { type App, openApp, serve } from "../app.ts";
import { listBackends } from "../record/backends.ts";
import { createLog } from "../log.ts";
import { refuseWrongKey } from "../record/refuse-wrong-key.ts";
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
      // People click on the address; log collectors get only the log.
      if (process.stdout.isTTY) print(`imagedex serves ${server.url}/ (Ctrl-C ends it)`);
      const signal = await Promise.race([watchStopSignals(["SIGTERM", "SIGINT"]).stopped, endUnderWrongKey(app)]);
      log.info({ signal }, "stopping");
    });
}

/** Deriving a key takes as long as many answers, so the first answers come before it. */
const CHECK_KEY_AFTER_MS = 1_000;

/** Rejects if the key opens none of the credentials; else never settles. */
async function endUnderWrongKey({ catalogue, registrar }: App): Promise<never> {
  await delay(CHECK_KEY_AFTER_MS, undefined, { ref: false });
  refuseWrongKey(catalogue, registrar.box);
  return new Promise(() => undefined);
}
