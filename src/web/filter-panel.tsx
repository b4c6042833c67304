import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { grouped } from "./ages.ts";
import { valueText } from "./filter-text.ts";
import type { FacetCountsJson, FacetValueJson } from "./server/answers.ts";
import type { ChangeView } from "./use-view.ts";
import { FACETS, type FilterName, type ViewFilters, isOfChanges, isSameValue, SWITCHES, toggleFilter } from "./view.ts";

interface FilterPanelProps {
  readonly chosen: ViewFilters;
  readonly counts: FacetCountsJson;
  /** Of the backends that are searched. */
  readonly regions: readonly string[];
  /** For changes no counts are known, and some filters do not apply. */
  readonly isOfChanges: boolean;
  readonly onChange: ChangeView;
}

/** The filters, with the number of images that each would leave. */
export function FilterPanel({
  chosen,
  counts,
  regions,
  isOfChanges: isNarrowed,
  onChange,
}: FilterPanelProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const active = Object.keys(chosen).length;
  const toggle = (name: FilterName, value: string): void => onChange((before) => toggleFilter(before, name, value));
  return (
    <section class={isOpen ? "filters open" : "filters"} aria-label="Filters">
      <button type="button" class="filters-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters{active > 0 ? ` (${active})` : ""}
      </button>
      <div class="filters-body">
        {active > 0 && (
          <button type="button" class="quiet" onClick={() => onChange((before) => ({ ...before, filters: {} }))}>
            Clear filters
          </button>
        )}
        <fieldset>
          <legend>Show</legend>
          {SWITCHES.filter(({ name }) => !isNarrowed || isOfChanges(name)).map(({ name, value, title }) => (
            <label key={name} class="switch">
              <input type="checkbox" checked={chosen[name]?.[0] === value} onChange={() => toggle(name, value)} />
              {title}
            </label>
          ))}
        </fieldset>
        {regions.length > 1 && (
          <Facet
            name="region"
            title="Region"
            values={regions.map((value) => ({ value, count: 0 }))}
            isCounted={false}
            chosen={chosen.region ?? []}
            onToggle={(value) => toggle("region", value)}
          />
        )}
        {FACETS.map(({ name, title }) => (
          <Facet
            key={name}
            name={name}
            title={title}
            values={counts[name] ?? []}
            isCounted={!isNarrowed}
            chosen={chosen[name] ?? []}
            onToggle={(value) => toggle(name, value)}
          />
        ))}
      </div>
    </section>
  );
}

/** Values that are shown before somebody asks for all. */
const FIRST_VALUES = 6;

interface FacetProps {
  readonly name: FilterName;
  readonly title: string;
  readonly values: readonly FacetValueJson[];
  /** Whether it is known how many images each value has. */
  readonly isCounted: boolean;
  readonly chosen: readonly string[];
  onToggle(value: string): void;
}

function Facet({ name, title, values, isCounted, chosen, onToggle }: FacetProps): JSX.Element | null {
  const [isWhole, setWhole] = useState(false);
  const isChosen = (value: string): boolean => chosen.some((each) => isSameValue(each, value));
  const uncounted = chosen.filter((each) => !values.some(({ value }) => isSameValue(each, value)));
  const all = [...uncounted.map((value) => ({ value, count: 0 })), ...values];
  if (all.length === 0) return null;
  const shown = isWhole ? all : all.filter(({ value }, at) => at < FIRST_VALUES || isChosen(value));
  return (
    <fieldset>
      <legend>{title}</legend>
      <ul>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <button type="button" class="facet-value" aria-pressed={isChosen(value)} onClick={() => onToggle(value)}>
              <bdi class="facet-name">{valueText(name, value)}</bdi>
              {isCounted && <span class="count">{grouped(count)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {all.length > FIRST_VALUES && (
        <button type="button" class="quiet small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Fewer" : `${all.length - FIRST_VALUES} more`}
          <span class="visually-hidden"> values of {title}</span>
        </button>
      )}
    </fieldset>
  );
}
