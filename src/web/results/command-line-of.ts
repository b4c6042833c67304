import { shellWord } from "../../providers/launch/snippet.ts";
import { FILTERS, SWITCHES, type View } from "../view.ts";

/** What a command line says otherwise: it names its backend, whose region is known. */
const OTHERWISE: ReadonlySet<string> = new Set(["region", "partial"]);
const SWITCH_NAMES: ReadonlySet<string> = new Set(SWITCHES.map(({ name }) => name));

/**
 * The command that finds the same: `imagedex search ireland --os ubuntu 'arm64'`. Every value is one word of a shell. Null for all
 * backends, which the command does not search.
 */
export function commandLineOf({ term, backend, filters, sort }: View): string | null {
  if (backend === null) return null;
  const options = FILTERS.flatMap(({ name }) =>
    OTHERWISE.has(name) ? [] : (filters[name] ?? []).map((value) => optionOf(name, value)),
  );
  const words = term.trim();
  return [
    "imagedex search",
    ...options,
    ...(filters.partial ? ["--partial"] : []),
    ...(sort === null ? [] : [optionOf("sort", sort)]),
    // What follows is no option, whatever it begins with.
    "--",
    shellWord(backend),
    ...(words === "" ? [] : [shellWord(words)]),
  ].join(" ");
}

function optionOf(name: string, value: string): string {
  const option = `--${name.replaceAll("_", "-")}`;
  // Joined, so that a value that begins with - is no option.
  return `${option}=${SWITCH_NAMES.has(name) ? value : shellWord(value)}`;
}
