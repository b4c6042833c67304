import { Argument, type Command } from "commander";
import type { ProviderDefinition } from "../providers/provider.ts";
import { describeProviders, listProviders, providerNames } from "../providers/registry.ts";
import { print } from "./print.ts";
import { addOutputOptions, outputOf, type OutputOptions, printList } from "./print-list.ts";

export function addProvidersCommand(program: Command): void {
  const command = program
    .command("providers")
    .description("list the providers, what each can list, and the fields it needs")
    .addArgument(new Argument("[provider...]", "names of providers (default: all)").choices(providerNames()))
    .addHelpText("after", "\nExamples:\n  $ imagedex providers ec2\n  $ imagedex providers --json")
    .action(async (names: string[], options: OutputOptions) => {
      const output = outputOf(options);
      const isAsked = ({ name }: { readonly name: string }): boolean => names.length === 0 || names.includes(name);
      if (output === "table") return listProviders().filter(isAsked).forEach(printProvider);
      const rows = describeProviders().filter(isAsked);
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
