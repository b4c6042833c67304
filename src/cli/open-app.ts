import type { Command } from "commander";
import { type App, openApp as openWholeApp } from "../app.ts";
import type { AppAccess } from "../open-keyed.ts";
import { type Config, readConfig } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { refuseWrongKey } from "../record/refuse-wrong-key.ts";

/** The settings that a command runs with; `--config` may stand before or after the command's name. */
export function configOf(command: Command): Config {
  const { config }: { config?: string } = command.optsWithGlobals();
  return readConfig(config);
}

export type OpenedApp = App & { readonly log: Log };

/**
 * The app for a command that ends by itself. It logs only warnings, since its output is the answer. With `read` access the
 * catalogue must exist, nothing is created, and the secret key may be missing. With more access it throws ConfigError if the
 * key opens none of the credentials.
 */
export async function openApp(config: Config, access: AppAccess = "read"): Promise<OpenedApp> {
  const logLevel = config.logLevel === "info" ? "warn" : config.logLevel;
  const log = createLog(logLevel);
  const app = await openWholeApp({ ...config, logLevel }, log, {}, access);
  try {
    if (access !== "read") refuseWrongKey(app.catalogue, app.registrar.box);
  } catch (error) {
    await app[Symbol.asyncDispose]();
    throw error;
  }
  return { ...app, log };
}
