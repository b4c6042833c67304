import type { Command } from "commander";
import { listBackends } from "../record/backends.ts";
import { sourcesOf } from "../record/sources.ts";
import { readStatus } from "../http/answering/catalogue-state.ts";
import { addAddBackend } from "./add-backend-command.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, printJson } from "./print.ts";
import { printTable } from "./table.ts";

export function addBackendCommands(program: Command): void {
  const backends = program
    .command("backends")
    .description("add, list and remove backends")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex backends add --provider simplestreams --id ubuntu\n  $ imagedex backends list",
    );
  addAddBackend(backends);
  addList(backends);
  addRemove(backends);
}

function addList(backends: Command): void {
  backends
    .command("list")
    .description("list the backends")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends list\n  $ imagedex backends list --json")
    .action(async (options: { json?: boolean }, command: Command) => {
      await using app = openApp(configOf(command));
      const rows = listBackends(app.catalogue).map((backend) => ({
        ...backend,
        imageCount: app.search.imageCount([backend]),
        state: readStatus(app.catalogue, [backend]).state,
        sources: sourcesOf(app.catalogue, backend.id),
      }));
      if (options.json) return printJson(rows);
      printTable(
        [
          { heading: "ID" },
          { heading: "TITLE" },
          { heading: "PROVIDER" },
          { heading: "REGION" },
          { heading: "IMAGES", isNumber: true },
          { heading: "SYNCED" },
          { heading: "STATE", isState: true },
        ],
        rows.map(({ id, title, provider, region, imageCount, state, sources }) => [
          id,
          title,
          provider,
          region ?? "",
          String(imageCount),
          ago(sources.flatMap((source) => source.syncedAt ?? []).toSorted()[0] ?? null),
          state,
        ]),
      );
    });
}

function addRemove(backends: Command): void {
  backends
    .command("remove")
    .description("remove a backend, its stars, and images that no other backend shows")
    .argument("<id>", "id of a backend")
    .addHelpText("after", "\nExamples:\n  $ imagedex backends remove ec2-ireland")
    .action(async (id: string, _options: unknown, command: Command) => {
      await using app = openApp(configOf(command));
      await app.record.deleteBackend(id);
      app.sync.prune();
    });
}
