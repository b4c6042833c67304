import type { Command } from "commander";
import { importCatalogue } from "../catalogue/import-catalogue.ts";
import { configOf } from "./open-app.ts";
import { counted, megabytes, print, printJson } from "./print.ts";

export function addImportCommand(program: Command): void {
  program
    .command("import")
    .description("start from an exported catalogue: nothing has to be synced before it answers")
    .argument("<file>", "what `imagedex export` wrote")
    .option("--force", "put the catalogue aside that is there already")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex import catalogue.db\n  $ IMAGEDEX_DATABASE=/srv/imagedex.db imagedex import catalogue.db --force",
    )
    .action((file: string, { force, json }: { force?: boolean; json?: boolean }, command: Command) => {
      const { database } = configOf(command);
      const imported = importCatalogue(file, database, { force: force ?? false, now: () => new Date().toISOString() });
      if (json) return printJson({ database, ...imported });
      print(
        `${database}: ${counted(imported.images, "image")}, ${counted(imported.backends, "backend")}, ${megabytes(imported.bytes)}`,
      );
      if (imported.aside) print(`The catalogue that was there is now ${imported.aside}.`);
    });
}
