import { InvalidArgumentError, Option } from "commander";

/** An option that can be given several times, each time with one of some words. */
export function repeatedOption(flags: string, description: string, choices: readonly string[]): Option {
  // `choices` is for help and completions: its parser keeps the last word alone.
  return new Option(flags, description).choices(choices).argParser((word: string, before: string[] | undefined) => {
    if (!choices.includes(word)) throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return [...(before ?? []), word];
  });
}
