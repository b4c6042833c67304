import type { Command } from "commander";
import { exportCatalogue } from "../catalogue/transfer/export-catalogue.ts";
import { type Catalogue, openForeign } from "../catalogue/file/open-catalogue.ts";
import type { Config } from "../config.ts";
import { configOf, openApp } from "./open-app.ts";
import { counted, shownSize, print, printJson } from "./print.ts";

interface ExportChoices {
  readonly withSecrets?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description("write the catalogue to a new file; also while the server runs")
    .argument("<file>", "the new file")
    .option("--with-secrets", "include sealed credentials and webhooks; the same IMAGEDEX_SECRET_KEY decrypts them")
    .option("--force", "replace an existing file")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex export catalogue.db\n  $ imagedex import catalogue.db   # on the other machine",
    )
    .action(async (file: string, choices: ExportChoices, command: Command) => {
      await using source = await openSource(configOf(command));
      const { json, ...options } = choices;
      const written = exportCatalogue(source.catalogue, file, { ...options, now: () => new Date().toISOString() });
      if (json) return printJson({ file, ...written });
      print(
        `${file}: ${counted(written.images, "image")}, ${counted(written.backends, "backend")}, ${shownSize(written.bytes)}`,
      );
      if (!choices.withSecrets && written.backends > 0)
        print("Without credentials: backends that need them are disabled in the copy until you enter them again.");
    });
}

/** A node's file is brought up to its record first; without the record it tells that it is older. */
async function openSource(config: Config): Promise<{ readonly catalogue: Catalogue } & AsyncDisposable> {
  if (config.record) return openApp(config);
  const catalogue = openForeign(config.database);
  return { catalogue, [Symbol.asyncDispose]: async () => catalogue[Symbol.dispose]() };
}
