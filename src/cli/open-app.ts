import type { Command } from "commander";
import { type App, type AppAccess, openApp as openWholeApp } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { refuseWrongKey } from "../record/refuse-wrong-key.ts";

/** The settings that a command runs with: `--config` stands before or after the command's name. */
export function configOf(command: Command): Config {
  const { config }: { config?: string } = command.optsWithGlobals();
  return readConfig(config);
}

export type OpenedApp = App & { readonly log: Log };

/**
 * An app for a command that ends by itself: its log tells of warnings only, its output is the answer. Unless `access` says more,
 * the catalogue must be there, nothing is created, and the secret key may be missing. Otherwise it throws ConfigError under a key that
 * opens nothing.
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
