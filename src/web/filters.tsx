import type { JSX } from "preact";
import type { FacetCounts } from "./api.ts";
import { FILTERS } from "./view-state.ts";

interface FiltersProps {
  readonly counts: FacetCounts | undefined;
  readonly filters: Readonly<Record<string, string>>;
  readonly choose: (filters: Readonly<Record<string, string>>) => void;
}

const SWITCHES = ["latest", "starred"];

/** What the found images are, counted; a click narrows to it. */
export function Filters({ counts, filters, choose }: FiltersProps): JSX.Element {
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name));
  return (
    <details class="filters" open={matchMedia("(min-width: 60rem)").matches}>
      <summary>Filters{Object.keys(filters).length > 0 ? ` (${Object.keys(filters).length})` : ""}</summary>
      {SWITCHES.map((name) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={filters[name] === "true"}
            onChange={({ currentTarget }) =>
              choose(currentTarget.checked ? { ...filters, [name]: "true" } : without(name))
            }
          />
          <span>{FILTERS[name]}</span>
        </label>
      ))}
      {Object.entries(counts ?? {}).map(([name, values]) => {
        if (values.length === 0 && filters[name] === undefined) return null;
        const shown = values.slice(0, 8);
        const chosen = filters[name];
        const isHidden =
          chosen !== undefined && !shown.some(({ value }) => value.toLowerCase() === chosen.toLowerCase());
        return (
          <fieldset key={name}>
            <legend>{FILTERS[name] ?? name}</legend>
            {[...shown, ...(isHidden ? [{ value: chosen, count: 0 }] : [])].map(({ value, count }) => (
              <label key={value} class="choice">
                <input
                  type="checkbox"
                  checked={chosen?.toLowerCase() === value.toLowerCase()}
                  onChange={({ currentTarget }) =>
                    choose(currentTarget.checked ? { ...filters, [name]: value } : without(name))
                  }
                />
                <span>{value}</span>
                <span class="count">{count.toLocaleString("en")}</span>
              </label>
            ))}
          </fieldset>
        );
      })}
      {Object.keys(filters).length > 0 && (
        <button type="button" onClick={() => choose({})}>
          Clear filters
        </button>
      )}
    </details>
  );
}
