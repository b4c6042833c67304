import type { Command } from "commander";
import { BadRequestError } from "../errors.ts";
import { FACETS } from "../catalogue/facts/filter-table.ts";
import { facetCounts } from "../http/resources/facets.ts";
import { printJson } from "./print.ts";
import { addOutputOptions, type ListColumn, outputOf, type OutputOptions, printList } from "./print-list.ts";
import { repeatedOption } from "./repeated-option.ts";
import { addParameterOptions, askedBy, queryString } from "./search-options.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";
import { warnMissing } from "./server/warn-missing.ts";

interface FacetsOptions extends ServerOptions, OutputOptions {
  readonly all?: boolean;
  readonly facet?: readonly string[];
  readonly partial?: boolean;
}

/** Parameters of a search that change no count. */
const WITHOUT_EFFECT = ["sort", "fuzzy", "retired"];

export function addFacetsCommand(program: Command): void {
  const command = program
    .command("facets")
    .description("count the images of a search by architecture, system, publisher and more")
    .argument("[backend]", "id of a backend")
    .argument("[term...]", "words that an image must contain")
    .option("--all", "count in all backends; every argument is then a word")
    .addOption(
      repeatedOption(
        "--facet <name>",
        "only this facet; can be repeated",
        FACETS.map(({ name }) => name),
      ),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex facets my-backend ubuntu\n  $ imagedex facets --all --facet os --facet architecture\n" +
        "  $ imagedex facets my-backend --facet publisher -o id",
    )
    .action(printFacets);
  addOutputOptions(command).option("--partial", "answer even if some sources are not listed yet");
  addParameterOptions(addServerOption(command), undefined, WITHOUT_EFFECT);
}

async function printFacets(
  first: string | undefined,
  rest: readonly string[],
  options: FacetsOptions,
  command: Command,
): Promise<void> {
  const { all = false, facet: wanted, partial, server } = options;
  if (first === undefined && !all) throw new BadRequestError("expected the id of a backend, or --all");
  const backend = all ? undefined : first;
  const terms = all && first !== undefined ? [first, ...rest] : rest;
  const asked = { ...askedBy(terms, { ...options }), ...(partial && { partial: "true" }) };
  const output = outputOf(options);
  await using api = await openAskedApi(command, { server, backend });
  const path = backend === undefined ? "/facets" : `/backends/${encodeURIComponent(backend)}/facets`;
  const answer = await api.read(path + queryString(asked));
  warnMissing(answer);
  const counts = Object.entries(facetCounts.parse(answer.json)).filter(([name]) => wanted?.includes(name) ?? true);
  if (output === "json") return printJson(Object.fromEntries(counts));
  const rows = counts.flatMap(([facet, values]) =>
    values.map(({ value, count }): FacetLine => ({ facet, value, count })),
  );
  await printList(output, {
    rows,
    columns: COLUMNS,
    fields: ["facet", "value", "count"],
    idOf: ({ value }) => value,
    none: "no image matches",
  });
}

interface FacetLine {
  readonly facet: string;
  readonly value: string;
  readonly count: number;
}

const COLUMNS: readonly ListColumn<FacetLine>[] = [
  { heading: "FACET", isWhole: true, text: ({ facet }) => facet },
  { heading: "VALUE", text: ({ value }) => value },
  { heading: "IMAGES", isNumber: true, isWhole: true, text: ({ count }) => String(count) },
];
