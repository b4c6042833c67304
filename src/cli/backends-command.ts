import type { Command } from "commander";
import { z } from "zod";
import { shownBackend } from "../http/resources/backends.ts";
import { addAddBackend } from "./add-backend-command.ts";
import { addCheckBackends } from "./check-backends-command.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, note } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";
import { createAskedServer } from "./server/ask-server.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { addUpdateBackend } from "./update-backend-command.ts";

/** `fail` is called when a check finds something wrong. */
export function addBackendCommands(program: Command, fail: () => void): void {
  const backends = program
    .command("backends")
    .description("add, change, check, list and remove backends")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex backends add --provider simplestreams --id ubuntu\n  $ imagedex backends list",
    );
  addAddBackend(backends);
  addUpdateBackend(backends);
  addCheckBackends(backends, fail);
  addList(backends);
  addRemove(backends);
}

interface ListOptions extends ServerOptions, OutputOptions {}

function addList(backends: Command): void {
  const list = backends
    .command("list")
    .description("list the backends")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends list\n  $ imagedex backends list --json")
    .action(async (options: ListOptions, command: Command) => {
      const output = outputOf(options);
      await using api = await openAskedApi(command, options);
      const { json } = await api.read("/backends");
      await printList(output, {
        rows: z.array(shownBackend).parse(json),
        columns: COLUMNS,
        fields: Object.keys(shownBackend.shape),
        idOf: ({ id }) => id,
        none: "no backends; add one with: imagedex backends add",
      });
    });
  addServerOption(addOutputOptions(list));
}

const COLUMNS: readonly ListColumn<z.infer<typeof shownBackend>>[] = [
  { heading: "ID", isWhole: true, text: ({ id }) => id },
  { heading: "TITLE", yields: 2, text: ({ title }) => title },
  { heading: "PROVIDER", yields: 1, text: ({ provider }) => provider },
  { heading: "REGION", text: ({ region }) => region ?? "" },
  { heading: "IMAGES", isNumber: true, isWhole: true, text: ({ image_count }) => String(image_count) },
  { heading: "SYNCED", text: ({ last_sync }) => ago(last_sync) },
  { heading: "STATE", isState: true, isWhole: true, text: ({ state }) => state },
];

function addRemove(backends: Command): void {
  const remove = backends
    .command("remove")
    .description("remove a backend, its stars, and images that no other backend shows")
    .argument("<id>", "id of a backend")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends remove ec2-ireland")
    .action(async (id: string, { server }: ServerOptions, command: Command) => {
      const config = configOf(command);
      if (server !== undefined) {
        await createAskedServer(server, config).change("DELETE", `/backends/${encodeURIComponent(id)}`);
      } else {
        await using app = await openApp(config);
        await app.record.deleteBackend(id);
        app.sync.prune();
      }
      note(`removed ${id}`);
    });
  addServerOption(remove);
}
