import type { JSX } from "preact";
import { Menu } from "../menu.tsx";
import type { ChangeView } from "../use-view.ts";
import type { PageView } from "../view.ts";
import { COLUMNS, columnsOf } from "./columns.tsx";

interface ColumnChoiceProps {
  readonly view: PageView;
  readonly onChange: ChangeView;
}

/** Which columns the table has; the address remembers it. */
export function ColumnChoice({ view, onChange }: ColumnChoiceProps): JSX.Element {
  const chosen = new Set(columnsOf(view).map(({ name }) => name));
  const toggle = (name: string): void => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    const columns = COLUMNS.filter((column) => next.has(column.name)).map((column) => column.name);
    onChange((before) => ({ ...before, columns }));
  };
  return (
    <div class="column-choice">
      <Menu title="Columns">
        {() => (
          <fieldset>
            <legend class="visually-hidden">Columns of the table</legend>
            {COLUMNS.map(({ name, title }) => (
              <label key={name} class="switch">
                <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
                {title}
              </label>
            ))}
            {view.columns !== null && (
              <button type="button" class="link" onClick={() => onChange((before) => ({ ...before, columns: null }))}>
                Usual columns
              </button>
            )}
          </fieldset>
        )}
      </Menu>
    </div>
  );
}
