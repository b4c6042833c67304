import { type Command, Option } from "commander";
import { configOf } from "../open-app.ts";
import { createAskedServer } from "./ask-server.ts";
import { openAskedCatalogue } from "./ask-catalogue.ts";
import type { AskedApi } from "./asked-api.ts";

export interface ServerOptions {
  readonly server?: string | undefined;
}

/** Adds `--server`, described in the same words for all commands. */
export function addServerOption(command: Command): Command {
  return command.addOption(new Option("--server <url>", "ask a running server; its token is read from IMAGEDEX_TOKEN"));
}

/** What is asked, and for what. */
interface Asking extends ServerOptions {
  /** The backend that the command names. */
  readonly backend?: string | undefined;
  readonly access?: "read" | "update";
}

/** The server that `--server` names, else the catalogue of this machine. Throws ConfigError for a wrong URL or file. */
export async function openAskedApi(command: Command, { server, ...asking }: Asking): Promise<AskedApi> {
  const config = configOf(command);
  return server === undefined ? openAskedCatalogue(config, asking) : createAskedServer(server, config);
}
