import { statSync } from "node:fs";
import type { Command } from "commander";
import { listBackends } from "../catalogue/backends.ts";
import { listSources } from "../catalogue/sources.ts";
import { configOf, openApp } from "./open-app.ts";
import { ago, counted, megabytes, print, printJson } from "./print.ts";
import { printTable } from "./table.ts";

export function addStatsCommand(program: Command): void {
  program
    .command("stats")
    .description("what the catalogue holds, and how old it is")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ imagedex stats\n  $ imagedex stats --json")
    .action(async (options: { json?: boolean }, command: Command) => {
      const config = configOf(command);
      await using app = openApp(config);
      await app.search.caughtUp();
      const sources = listSources(app.catalogue);
      // One that two sources of a backend hold is one image.
      const images = app.search.imageCount(listBackends(app.catalogue));
      const bytes = statSync(config.database).size;
      if (options.json)
        return printJson({ database: config.database, bytes, images, families: app.search.familyCount, sources });
      printTable(
        [
          { heading: "SOURCE" },
          { heading: "IMAGES", isNumber: true },
          { heading: "REVISION", isNumber: true },
          { heading: "SYNCED" },
          { heading: "CHANGED" },
        ],
        sources.map((source) => [
          source.key,
          String(source.imageCount),
          String(source.revision),
          ago(source.syncedAt),
          ago(source.changedAt),
        ]),
      );
      const families = `${app.search.familyCount} families of known publishers`;
      print(`${config.database}: ${counted(images, "image")}, ${megabytes(bytes)}, ${families}`);
    });
}
