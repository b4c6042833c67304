import type { Command } from "commander";
import { BadRequestError } from "../errors.ts";
import { PROVIDER_FIELDS } from "../providers/provider.ts";
import { changeBackend } from "../sync/register-backend.ts";
import { addFieldOptions, checkedFields, type FieldOptions, givenFields } from "./backend-fields.ts";
import { configOf, openApp } from "./open-app.ts";
import { note } from "./print.ts";
import { repeatedOption } from "./repeated-option.ts";
import { createAskedServer } from "./server/ask-server.ts";
import { addServerOption, type ServerOptions } from "./server/open-asked-api.ts";

interface UpdateOptions extends FieldOptions, ServerOptions {
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly clear?: readonly string[];
}

/** What may be empty, besides the fields of a provider. */
const CLEARED = [...PROVIDER_FIELDS, "poll_interval"].map((field) => field.replaceAll("_", "-"));

/** `backends update`. */
export function addUpdateBackend(backends: Command): void {
  const update = backends
    .command("update")
    .description("change a backend; fields that are not given stay as they are")
    .argument("<id>", "id of a backend");
  addServerOption(addFieldOptions(update, "region, such as eu-west-1; images of the former region are no longer shown"))
    .option("--enable", "sync it on schedule")
    .option("--disable", "do not sync it any more; it still answers")
    .addOption(repeatedOption("--clear <field>", "empty a field; can be repeated", CLEARED))
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex backends update ec2-ireland --title Dublin --poll-interval 3600\n" +
        "  $ imagedex backends update ec2-ireland --disable\n  $ imagedex backends update ec2-ireland --profile audit --clear role-arn",
    )
    .action(updateBackend);
}

async function updateBackend(id: string, options: UpdateOptions, command: Command): Promise<void> {
  const { enable, disable, clear = [] } = options;
  if (enable && disable) throw new BadRequestError("--enable and --disable: choose one");
  const given = await givenFields(options);
  const names = clear.map((field) => field.replaceAll("-", "_"));
  const both = names.find((name) => Object.hasOwn(given, name));
  if (both !== undefined) throw new BadRequestError(`--clear ${both.replaceAll("_", "-")}: this command also sets it`);
  const fields = checkedFields({
    ...given,
    ...Object.fromEntries(names.map((name) => [name, null])),
    ...((enable || disable) && { enabled: enable === true }),
  });
  if (Object.keys(fields).length === 0)
    throw new BadRequestError("expected at least one option that changes something, such as --title or --disable");
  const config = configOf(command);
  if (options.server !== undefined) {
    await createAskedServer(options.server, config).change("PUT", `/backends/${encodeURIComponent(id)}`, fields);
    note(`changed ${id}`);
    return;
  }
  await using app = await openApp(config, "update");
  const backend = await changeBackend(app.registrar, id, fields);
  app.sync.prune();
  const next = backend.enabled ? `; check it with: imagedex backends check ${id}` : "; it is disabled";
  note(`changed ${id}${next}`);
}
