import type { Command } from "commander";
import { importCatalogue, type Imported } from "../catalogue/transfer/import-catalogue.ts";
import type { Config } from "../config.ts";
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
  $ IMAGEDEX_DATABASE=/srv/imagedex.db imagedex import catalogue.db --force
  $ IMAGEDEX_DATABASE=postgres://user@db1/catalogue imagedex import backup.db --restore`,
    )
    .action(async (file: string, choices: ImportChoices, command: Command) => {
      const config = configOf(command);
      if (config.record) return importShared(file, config, config.record.url, choices);
      const { database, secretKey } = config;
      const { force = false, restore = false, json } = choices;
      const imported = importCatalogue(file, database, {
        ...IN_GENERAL,
        force,
        restore: restore ? openBox(database, secretKey) : undefined,
      });
      if (json) return printJson({ database, ...namesOf(imported) });
      print(
        `${database}: ${counted(imported.images, "image")}, ${counted(imported.backends, "backend")}, ${shownSize(imported.bytes)}`,
      );
      for (const line of remarksOn(imported, restore)) print(line);
    });
}

const IN_GENERAL = { providers: providerNames(), now: () => new Date().toISOString() };

/** Where several servers share a record: it is filled, and their files follow. */
async function importShared(
  file: string,
  { database, secretKey = "" }: Config,
  url: string,
  { force, restore = false, json }: ImportChoices,
): Promise<void> {
  if (force)
    throw new ConfigError("--force: only files are moved aside; expected an empty record, such as a new database");
  // Only a node loads what speaks to PostgreSQL.
  const { importIntoRecord } = await import("../catalogue/transfer/import-into-record.ts");
  const imported = await importIntoRecord(
    file,
    { url, secretKey, beside: database },
    { ...IN_GENERAL, restore: restore ? createSecretBox(secretKey) : undefined },
  );
  if (json) return printJson(namesOf(imported));
  print(`${imported.database}: ${counted(imported.images, "image")}, ${counted(imported.backends, "backend")}`);
  for (const line of remarksOn(imported, restore)) print(line);
}

/** Throws ConfigError without the key that the backup was sealed with. */
function openBox(database: string, configured: string | undefined): SecretBox {
  const key = readSecretKey(database, configured);
  if (typeof key === "string") return createSecretBox(key);
  const advice = "--restore needs the key of the backup: set IMAGEDEX_SECRET_KEY, or copy the backup's key file there";
  throw new ConfigError(key.isAbsent ? `${database}.key does not exist; ${advice}` : key.missing);
}

/** As JSON has names everywhere. */
function namesOf({ leftOut, disabled, ...imported }: Omit<Imported, "bytes">): object {
  return { ...imported, left_out: leftOut, disabled };
}

function remarksOn({ aside, leftOut, disabled, backends }: Omit<Imported, "bytes">, isBackup: boolean): string[] {
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
