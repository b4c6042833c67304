import type { Command } from "commander";
import type { ProviderDefinition } from "../providers/provider.ts";
import { describeProviders, listProviders } from "../providers/registry.ts";
import { print, printJson } from "./print.ts";

export function addProvidersCommand(program: Command): void {
  program
    .command("providers")
    .description("list the providers, what each can list, and the fields it needs")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ imagedex providers\n  $ imagedex providers --json")
    .action((options: { json?: boolean }) => {
      if (options.json) printJson(describeProviders());
      else listProviders().forEach(printProvider);
    });
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
