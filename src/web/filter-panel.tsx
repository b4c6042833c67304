import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { grouped } from "./ages.ts";
import { TRUST } from "./image/badges.tsx";
import type { FacetCounts, FacetValue } from "./server/answers.ts";
import type { ChangeView } from "./use-view.ts";
import { FACETS, type FilterName, SWITCHES, type View, withFilter } from "./view.ts";

interface FilterPanelProps {
  readonly chosen: View["filters"];
  readonly counts: FacetCounts;
  readonly onChange: ChangeView;
}

/** Ways to narrow what is found, with what each would leave. */
export function FilterPanel({ chosen, counts, onChange }: FilterPanelProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const active = Object.keys(chosen).length;
  const choose = (name: FilterName, value: string | undefined): void =>
    onChange((before) => withFilter(before, name, value));
  return (
    <section class={isOpen ? "filters open" : "filters"} aria-label="Filters">
      <button type="button" class="filters-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters{active > 0 ? ` (${active})` : ""}
      </button>
      <div class="filters-body">
        {active > 0 && (
          <button type="button" class="quiet" onClick={() => onChange((before) => ({ ...before, filters: {} }))}>
            Clear all filters
          </button>
        )}
        <fieldset>
          <legend>Show</legend>
          {SWITCHES.map(({ name, value, title }) => (
            <label key={name} class="switch">
              <input
                type="checkbox"
                checked={chosen[name] === value}
                onChange={(event) => choose(name, event.currentTarget.checked ? value : undefined)}
              />
              {title}
            </label>
          ))}
        </fieldset>
        {FACETS.map(({ name, title }) => (
          <Facet
            key={name}
            title={title}
            values={counts[name] ?? []}
            chosen={chosen[name]}
            onChoose={(value) => choose(name, value)}
          />
        ))}
      </div>
    </section>
  );
}

/** Values that are shown before somebody asks for all. */
const FIRST_VALUES = 6;

interface FacetProps {
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly chosen: string | undefined;
  onChoose(value: string | undefined): void;
}

function Facet({ title, values, chosen, onChoose }: FacetProps): JSX.Element | null {
  const [isWhole, setWhole] = useState(false);
  const isChosen = (value: string): boolean => value.toLowerCase() === chosen?.toLowerCase();
  const all =
    chosen === undefined || values.some(({ value }) => isChosen(value))
      ? values
      : [{ value: chosen, count: 0 }, ...values];
  if (all.length === 0) return null;
  const shown = isWhole ? all : all.filter(({ value }, at) => at < FIRST_VALUES || isChosen(value));
  return (
    <fieldset>
      <legend>{title}</legend>
      <ul>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <button
              type="button"
              class="facet-value"
              aria-pressed={isChosen(value)}
              onClick={() => onChoose(isChosen(value) ? undefined : value)}
            >
              <bdi class="facet-name">{TRUST[value]?.label ?? value}</bdi>
              <span class="count">{grouped(count)}</span>
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
