import { TRUST } from "./image/badges.tsx";
import { titleOfSystem } from "./image/systems.ts";
import { FILTERS, type FilterName, SWITCHES } from "./view.ts";

const TITLES = new Map<FilterName, string>(FILTERS.map(({ name, title }) => [name, title]));
const SWITCH_NAMES: ReadonlySet<string> = new Set(SWITCHES.map(({ name }) => name));

/** A filter in force, for people: `Architecture: arm64`, `Starred only`. */
export function filterText(name: FilterName, value: string): string {
  const title = TITLES.get(name) ?? name;
  return SWITCH_NAMES.has(name) ? title : `${title}: ${valueText(name, value)}`;
}

/** A value of a filter, for people. */
export function valueText(name: FilterName, value: string): string {
  if (name === "trust") return TRUST[value]?.label ?? value;
  if (name === "os") return titleOfSystem(value);
  return value;
}
