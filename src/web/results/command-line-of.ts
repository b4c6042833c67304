import { shellWord } from "../../providers/launch/snippet.ts";
import { FILTERS, SWITCHES, type PageView } from "../view.ts";

const SWITCH_NAMES: ReadonlySet<string> = new Set(SWITCHES.map(({ name }) => name));

/**
 * The command that finds the same: `imagedex search --os=ubuntu -- ireland arm64`, or `imagedex find` for all backends. Every
 * value is quoted as one shell word.
 */
export function commandLineOf({ term, backend, filters, sort }: PageView): string {
  const options = FILTERS.flatMap(({ name }) =>
    name === "partial" ? [] : (filters[name] ?? []).map((value) => optionOf(name, value)),
  );
  const words = term.trim();
  return [
    backend === null ? "imagedex find" : "imagedex search",
    ...options,
    ...(filters.partial ? ["--partial"] : []),
    ...(sort === null ? [] : [optionOf("sort", sort)]),
    // After `--` no word is an option, even if it begins with -.
    "--",
    ...(backend === null ? [] : [shellWord(backend)]),
    ...(words === "" ? [] : [shellWord(words)]),
  ].join(" ");
}

function optionOf(name: string, value: string): string {
  // Joined, so that a value that begins with - is no option.
  return `--${name.replaceAll("_", "-")}=${SWITCH_NAMES.has(name) ? value : shellWord(value)}`;
}
