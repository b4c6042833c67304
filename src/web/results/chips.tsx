import type { JSX } from "preact";
import { filterText } from "../filter-text.ts";
import type { ChangeView } from "../use-view.ts";
import { type FilterName, FILTERS, toggleFilter, type PageView } from "../view.ts";

interface ChipsProps {
  readonly view: PageView;
  /** Whether a filter applies here; by default all do. */
  readonly isInForce?: (name: FilterName) => boolean;
  readonly onChange: ChangeView;
}

/** The filters in force, each with a way to lift it. */
export function Chips({ view, isInForce = () => true, onChange }: ChipsProps): JSX.Element | null {
  const active = FILTERS.filter(({ name }) => isInForce(name)).flatMap(({ name }) =>
    (view.filters[name] ?? []).map((value) => ({ name, value })),
  );
  if (active.length === 0) return null;
  return (
    <ul class="chips" aria-label="Active filters">
      {active.map(({ name, value }) => (
        <li key={`${name}=${value}`}>
          <button type="button" onClick={() => onChange((before) => toggleFilter(before, name, value))}>
            <span class="visually-hidden">Remove filter </span>
            {filterText(name, value)}
            <span aria-hidden="true"> ×</span>
          </button>
        </li>
      ))}
      {active.length > 1 && (
        <li>
          <button type="button" class="clear" onClick={() => onChange((before) => ({ ...before, filters: {} }))}>
            Clear filters
          </button>
        </li>
      )}
    </ul>
  );
}
