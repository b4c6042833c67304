import { type Command, Option } from "commander";
import { z } from "zod";
import { BadRequestError } from "../errors.ts";
import { imageParameters, queryOf } from "../http/reading/image-parameters.ts";
import type { ImageQuery } from "../search/term/image-query.ts";

/** Parameters that a command line says otherwise, or not at all. */
const OTHERWISE: ReadonlySet<string> = new Set([
  "search_term",
  "region",
  "limit",
  "offset",
  "fields",
  "format",
  "partial",
  "fuzzy",
  "retired",
]);

const FILTERS = Object.entries(imageParameters.shape).filter(([name]) => !OTHERWISE.has(name));

/** An option for each parameter of a search: a later filter comes by itself. */
export function addSearchOptions(command: Command): Command {
  for (const [name, schema] of FILTERS) {
    const option = new Option(
      `--${optionOf(name)} <value>`,
      z.globalRegistry.get(schema)?.description?.replaceAll("`", ""),
    );
    command.addOption(option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]));
  }
  return command;
}

/** The query of a command line; `given` are the options that addSearchOptions made. Throws BadRequestError that names the option. */
export function queryOfOptions(term: string, given: Readonly<Record<string, unknown>>): ImageQuery {
  const values = z.array(z.string());
  const asked = FILTERS.flatMap(([name]): [string, string | string[]][] => {
    const read = values.safeParse(given[camelCase(name)]).data;
    const [first] = read ?? [];
    return read === undefined || first === undefined ? [] : [[name, read.length === 1 ? first : read]];
  });
  const read = imageParameters.safeParse({ ...Object.fromEntries(asked), ...(term !== "" && { search_term: term }) });
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `--${optionOf(String(path[0]))}: ${message}`);
    throw new BadRequestError(problems.join("; "));
  }
  const { latest, starred, sort } = read.data;
  return { ...queryOf(read.data), latest, starred, sort };
}

function optionOf(name: string): string {
  return name.replaceAll("_", "-");
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
