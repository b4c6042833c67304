import type { Command } from "commander";
import type { z } from "zod";
import { changesPage, changesParameters } from "../http/resources/changes.ts";
import { note, printJson } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";
import { addParameterOptions, askedBy, limitOf, queryString } from "./search-options.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";

type ChangeLine = z.infer<typeof changesPage>["changes"][number];

interface ChangesOptions extends ServerOptions, OutputOptions {
  readonly limit: string;
}

/** A page of changes is no longer. */
const MOST_CHANGES = 1000;

export function addChangesCommand(program: Command): void {
  const command = program
    .command("changes")
    .description("list added, changed, retired and returned images, newest first")
    .argument("<backend>", "id of a backend")
    .argument("[term...]", "words that an image must contain, as it is now")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex changes my-backend\n  $ imagedex changes my-backend --kind retired --since 2026-11-01 -o id\n" +
        "  $ imagedex changes my-backend --trust official ubuntu",
    )
    .action(printChanges);
  addOutputOptions(command).option("-L, --limit <n>", "number of changes to show", "20");
  addParameterOptions(addServerOption(command), changesParameters);
}

async function printChanges(
  backend: string,
  terms: readonly string[],
  options: ChangesOptions,
  command: Command,
): Promise<void> {
  const { server } = options;
  const limit = limitOf(options.limit, MOST_CHANGES);
  const asked = { ...askedBy(terms, { ...options }, changesParameters), limit };
  const output = outputOf(options);
  await using api = await openAskedApi(command, { server, backend });
  const answer = await api.read(`/backends/${encodeURIComponent(backend)}/changes${queryString(asked)}`);
  warnMissing(answer);
  const { changes, next } = changesPage.parse(answer.json);
  if (output === "json") printJson({ changes, next });
  else
    await printList(output, {
      rows: changes,
      columns: COLUMNS,
      fields: ["id", "at", "kind", "fields", "image", "publisher", "trust"],
      idOf: ({ image }) => image.id,
      none: "no change matches",
    });
  if (output === "table" && next !== null) note(`older ones: --before ${next}`);
}

const COLUMNS: readonly ListColumn<ChangeLine>[] = [
  { heading: "WHEN", isWhole: true, yields: 2, text: ({ at }) => at },
  { heading: "KIND", isState: true, text: ({ kind }) => kind },
  { heading: "ID", isWhole: true, text: ({ image }) => image.id },
  { heading: "NAME", isCutInside: true, minWidth: 30, text: ({ image }) => image.name },
  { heading: "PUBLISHER", minWidth: 10, yields: 3, text: ({ publisher, trust }) => publisher ?? trust },
  { heading: "FIELDS", yields: 4, text: ({ fields }) => fields?.join(",") ?? "" },
];
