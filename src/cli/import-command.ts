import type { Command } from "commander";
import { importCatalogue, type Imported } from "../catalogue/transfer/import-catalogue.ts";
import { createSecretBox, type SecretBox } from "../catalogue/file/secret-box.ts";
import { readSecretKey } from "../catalogue/file/secret-key.ts";
import { ConfigError } from "../errors.ts";
import { providerNames } from "../providers/registry.ts";
import { configOf } from "./open-app.ts";
import { counted, shownSize, print, printJson } from "./print.ts";

interface ImportChoices {
  readonly force?: boolean;
  readonly restore?: boolean;
  readonly json?: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command("import")
    .description("start from an exported catalogue; it answers without a sync")
    .argument("<file>", "a file that `imagedex export` wrote")
    .option("--force", "move an existing catalogue aside; its access tokens stay valid")
    .option(
      "--restore",
      "restore your own backup (export --with-secrets) with its IMAGEDEX_SECRET_KEY: backends stay enabled, webhooks are kept",
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Imported backends answer, but are not synced until you give them credentials and enable them. Webhooks and tokens are left out.

Examples:
  $ imagedex import catalogue.db
  $ imagedex import backup.db --restore
  $ IMAGEDEX_DATABASE=/srv/imagedex.db imagedex import catalogue.db --force`,
    )
    .action((file: string, { force, restore, json }: ImportChoices, command: Command) => {
      const { database, secretKey, record } = configOf(command);
      if (record)
        throw new ConfigError(
          "IMAGEDEX_DATABASE: a node's catalogue comes from its record; to import, expected the path of a file",
        );
      const imported = importCatalogue(file, database, {
        force: force ?? false,
        restore: restore ? openBox(database, secretKey) : undefined,
        providers: providerNames(),
        now: () => new Date().toISOString(),
      });
      if (json) return printJson({ database, ...namesOf(imported) });
      print(
        `${database}: ${counted(imported.images, "image")}, ${counted(imported.backends, "backend")}, ${shownSize(imported.bytes)}`,
      );
      for (const line of remarksOn(imported, restore ?? false)) print(line);
    });
}

/** Throws ConfigError without the key that the backup was sealed with. */
function openBox(database: string, configured: string | undefined): SecretBox {
  const key = readSecretKey(database, configured);
  if (typeof key === "string") return createSecretBox(key);
  const advice = "--restore needs the key of the backup: set IMAGEDEX_SECRET_KEY, or copy the backup's key file there";
  throw new ConfigError(key.isAbsent ? `${database}.key does not exist; ${advice}` : key.missing);
}

/** With the names that JSON has everywhere. */
function namesOf({ leftOut, disabled, ...imported }: Imported): object {
  return { ...imported, left_out: leftOut, disabled };
}

function remarksOn({ aside, leftOut, disabled, backends }: Imported, isBackup: boolean): string[] {
  return [
    ...(leftOut > 0 ? [`Left out: ${counted(leftOut, "image")} of more than 1 MiB.`] : []),
    ...(!isBackup && backends > 0
      ? ["Imported backends are disabled: they answer, but are not synced until you enable them."]
      : []),
    ...(disabled.length > 0
      ? [`Disabled, because the secret key cannot verify their settings: ${disabled.join(", ")}.`]
      : []),
    ...(aside ? [`The old catalogue is now ${aside}.`] : []),
  ];
}
