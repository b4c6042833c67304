import { InvalidArgumentError, Option } from "commander";

/** An option that can be given several times, each time with one of some words. */
export function repeatedOption(flags: string, description: string, choices: readonly string[]): Option {
  // `choices` is only for help and completions; commander's own parser would keep only the last word.
  return new Option(flags, description).choices(choices).argParser((word: string, before: string[] | undefined) => {
    if (!choices.includes(word)) throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return [...(before ?? []), word];
  });
}
