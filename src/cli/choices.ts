import { z } from "zod";

/** The words that a parameter of a request may be, where they are known; the same for each of its values where it takes several. */
export function choicesOf(parameter: z.core.$ZodType): readonly string[] {
  if (parameter instanceof z.ZodEnum) return parameter.options.filter((option) => typeof option === "string");
  if (parameter instanceof z.ZodUnion) return parameter.options.flatMap(choicesOf);
  if (parameter instanceof z.ZodOptional || parameter instanceof z.ZodDefault) return choicesOf(parameter.unwrap());
  if (parameter instanceof z.ZodArray) return choicesOf(parameter.element);
  if (parameter instanceof z.ZodPipe) return [parameter.in, parameter.out].flatMap(choicesOf);
  return [];
}

/** What people write after an option that is true or false, and is neither: it must not be taken for a word to search for. */
const NEITHER: ReadonlySet<string> = new Set(["yes", "no", "on", "off", "1", "0", "none", "any", "both", "all"]);

/**
 * Gives options that may stand alone their value: `--latest noble` is `--latest=true noble`, and `--latest line` stays as it is.
 * `choices` are theirs by flag. What stands behind `--` is left alone.
 */
export function fillInTruths(args: readonly string[], choices: ReadonlyMap<string, readonly string[]>): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, at) => {
    const own = at < end ? choices.get(arg) : undefined;
    const next = args[at + 1]?.toLowerCase();
    const hasValue = next !== undefined && at + 1 < end && (own?.includes(next) || NEITHER.has(next));
    return own === undefined || hasValue ? arg : `${arg}=true`;
  });
}
