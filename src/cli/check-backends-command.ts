import type { Command } from "commander";
import { type Backend, getBackend, listBackends } from "../record/backends.ts";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { backendCheck } from "../http/resources/backends.ts";
import { checkBackend, type SourceCheck } from "../sync/check-backend.ts";
import { configOf, openApp } from "./open-app.ts";
import { counted } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";
import { type AskedServer, createAskedServer } from "./server/ask-server.ts";
import { readAskedBackends } from "./server/asked-backends.ts";
import { addServerOption, type ServerOptions } from "./server/open-asked-api.ts";

/** `backends check`. `fail` is called when something cannot be listed: exit code 1. */
export function addCheckBackends(backends: Command, fail: () => void): void {
  const check = backends
    .command("check")
    .description("ask each cloud for a first page of images; nothing is stored")
    .argument("[backend...]", "ids of backends (default: all enabled ones)")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends check\n  $ imagedex backends check ec2-ireland --json")
    .action(async (ids: string[], options: CheckOptions, command: Command) => {
      const output = outputOf(options);
      const config = configOf(command);
      const { server } = options;
      const rows =
        server === undefined ? await checkHere(ids, config) : await checkAt(createAskedServer(server, config), ids);
      await printList(output, {
        rows,
        columns: COLUMNS,
        fields: ["backend_id", "source", "images", "error"],
        idOf: ({ backend_id }) => backend_id,
        none: "nothing to check",
      });
      if (rows.some(({ error }) => error !== null)) fail();
    });
  addServerOption(addOutputOptions(check));
}

async function checkHere(ids: readonly string[], config: Config): Promise<CheckedSource[]> {
  await using app = await openApp(config, "update");
  const all = listBackends(app.catalogue).filter(({ enabled }) => enabled);
  const asked = ids.length > 0 ? ids.map((id) => getBackend(app.catalogue, id)) : all;
  if (asked.length === 0) throw new ConfigError("there is no enabled backend; add one with: imagedex backends add");
  const check = async (backend: Backend): Promise<CheckedSource[]> => {
    const sources = await checkBackend(app.registrar, {}, backend);
    return sources.map((source) => ({ backend_id: backend.id, ...source }));
  };
  return (await Promise.all(asked.map(check))).flat();
}

async function checkAt(server: AskedServer, ids: readonly string[]): Promise<CheckedSource[]> {
  const check = async ({ id }: { readonly id: string }): Promise<CheckedSource[]> => {
    const { sources } = backendCheck.parse(await server.change("POST", "/backends/check", { id }));
    return sources.map((source) => ({ backend_id: id, ...source }));
  };
  return (await Promise.all((await readAskedBackends(server, ids)).map(check))).flat();
}

interface CheckOptions extends ServerOptions, OutputOptions {}

interface CheckedSource extends SourceCheck {
  readonly backend_id: string;
}

const COLUMNS: readonly ListColumn<CheckedSource>[] = [
  { heading: "BACKEND", isWhole: true, text: ({ backend_id }) => backend_id },
  { heading: "SOURCE", text: ({ source }) => source },
  { heading: "STATE", isState: true, isWhole: true, text: ({ error }) => (error === null ? "ok" : "failed") },
  {
    heading: "FOUND",
    minWidth: 40,
    text: ({ images, error }) =>
      error ?? (images === 0 ? "no images" : `${counted(images ?? 0, "image")} on the first page`),
  },
];
