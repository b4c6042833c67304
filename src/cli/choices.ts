import { z } from "zod";

/** The words that a parameter accepts, if they are known; for a parameter with several values, what each accepts. */
export function choicesOf(parameter: z.core.$ZodType): readonly string[] {
  if (parameter instanceof z.ZodEnum) return parameter.options.filter((option) => typeof option === "string");
  if (parameter instanceof z.ZodUnion) return parameter.options.flatMap(choicesOf);
  if (parameter instanceof z.ZodOptional || parameter instanceof z.ZodDefault) return choicesOf(parameter.unwrap());
  if (parameter instanceof z.ZodArray) return choicesOf(parameter.element);
  if (parameter instanceof z.ZodPipe) return [parameter.in, parameter.out].flatMap(choicesOf);
  return [];
}

/** What people write after an option in place of true or false; it must not count as a search word. */
const NEITHER: ReadonlySet<string> = new Set(["yes", "no", "on", "off", "1", "0", "none", "any", "both", "all"]);

/**
 * Gives options that may stand alone their value: `--latest noble` becomes `--latest=true noble`, and `--latest line` stays.
 * `choices`: by flag, the words that the option accepts. Leaves everything after `--` alone.
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
