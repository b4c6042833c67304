import { type Command, Option } from "commander";
import { z } from "zod";
import { BadRequestError } from "../errors.ts";
import { imageParameters } from "../http/reading/image-parameters.ts";
import { choicesOf } from "./choices.ts";

/** Parameters that the command line has in another form, or not at all. */
const OTHERWISE: ReadonlySet<string> = new Set(["search_term", "limit", "offset", "fields", "format", "partial"]);

/** Parameters of a request, by their names, before they are read. */
export type AskedParameters = Readonly<Record<string, string | readonly string[]>>;

/**
 * Adds an option for each parameter of a request, so that new filters appear by themselves. `without`: parameters to leave out.
 */
export function addParameterOptions(
  command: Command,
  schema: z.ZodObject = imageParameters,
  without: readonly string[] = [],
): Command {
  for (const [name, parameter] of parametersOf(schema)) {
    if (without.includes(name)) continue;
    const description = z.globalRegistry.get(parameter)?.description?.replaceAll("`", "");
    const choices = choicesOf(parameter);
    const value = choices.length === 0 || choices.length > MOST_NAMED ? "value" : choices.join("|");
    const option = new Option(
      `--${optionOf(name)} ${choices.includes("true") ? `[${value}]` : `<${value}>`}`,
      description,
    ).argParser((given: string, before: string[] | undefined) => [...(before ?? []), given]);
    // For completions and help; the schema reports wrong values in the same words as over HTTP.
    if (choices.length > 0) option.argChoices = [...choices];
    command.addOption(option.helpGroup("Filters and order:"));
  }
  return command;
}

/** If there are more words, the description names them. */
const MOST_NAMED = 3;

/** The flags that may stand alone, which means `true`, with all that they may be. */
export function truths(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    parametersOf(imageParameters).flatMap(([name, parameter]): [string, readonly string[]][] => {
      const choices = choicesOf(parameter);
      return choices.includes("true") ? [[`--${optionOf(name)}`, choices]] : [];
    }),
  );
}

/**
 * The parameters that a command line asks for; `given` are the options that addParameterOptions made. Throws BadRequestError that
 * names the option.
 */
export function askedBy(
  terms: readonly string[],
  given: Readonly<Record<string, unknown>>,
  schema: z.ZodObject = imageParameters,
): AskedParameters {
  const values = z.array(z.string());
  const asked = parametersOf(schema).flatMap(([name]): [string, string | string[]][] => {
    const read = values.safeParse(given[camelCase(name)]).data;
    const [first] = read ?? [];
    return read === undefined || first === undefined ? [] : [[name, read.length === 1 ? first : read]];
  });
  const term = terms.join(" ");
  const all: AskedParameters = { ...(term !== "" && { search_term: term }), ...Object.fromEntries(asked) };
  const read = schema.safeParse(all);
  if (read.success) return all;
  const problems = read.error.issues.map(({ path, message }) => `--${optionOf(String(path[0]))}: ${message}`);
  throw new BadRequestError([...new Set(problems)].join("; "));
}

/** The same in a query string: `?` and what follows, or nothing. */
export function queryString(asked: AskedParameters): string {
  const pairs = Object.entries(asked).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

/** Reads `--limit`. Throws BadRequestError for what is no whole number from 1 to the most. */
export function limitOf(limit: string, most: number): string {
  const number = Number(limit);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new BadRequestError(`--limit ${limit}: expected a whole number from 1 to ${most}`);
  return String(number);
}

function parametersOf(schema: z.ZodObject): [string, z.core.$ZodType][] {
  return Object.entries(schema.shape).filter(([name]) => !OTHERWISE.has(name));
}

function optionOf(name: string): string {
  return name.replaceAll("_", "-");
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
