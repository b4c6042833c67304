import type { Command } from "commander";
import type { ProviderDefinition } from "../providers/provider.ts";
import { describeProviders, listProviders } from "../providers/registry.ts";
import { print } from "./print.ts";
import { addOutputOptions, outputOf, type OutputOptions, printList } from "./print-list.ts";

export function addProvidersCommand(program: Command): void {
  const command = program
    .command("providers")
    .description("list the providers, what each can list, and the fields it needs")
    .addHelpText("after", "\nExamples:\n  $ imagedex providers\n  $ imagedex providers --json")
    .action(async (options: OutputOptions) => {
      const output = outputOf(options);
      if (output === "table") return listProviders().forEach(printProvider);
      const rows = describeProviders();
      const fields = ["name", "title", "lists", "cannot_list", "fields"];
      await printList(output, { rows, columns: [], fields, idOf: ({ name }) => name, none: "no providers" });
    });
  addOutputOptions(command);
}

function printProvider({ name, title, lists, cannotList, fields }: ProviderDefinition): void {
  const needed = fields.filter(({ isRequired }) => isRequired).map(({ name: field }) => field.replace("_", "-"));
  print(`${name}: ${title}`);
  print(`  lists ${lists}`);
  if (cannotList) print(`  cannot list ${cannotList}`);
  for (const { name: field, holds, isRequired } of fields)
    print(`  --${field.replace("_", "-").padEnd(12)} ${isRequired ? "" : "(optional) "}${holds}`);
  print(["  imagedex backends add --provider", name, ...needed.map((field) => `--${field} …`)].join(" "));
  print("");
}
