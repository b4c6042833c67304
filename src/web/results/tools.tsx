import type { JSX } from "preact";
import { loadLater } from "../load-later.tsx";
import { Menu } from "../menu.tsx";
import type { ChangeView } from "../use-view.ts";
import { SORTS, type PageView } from "../view.ts";

const TakeAlong = loadLater(() => import("./take-along.tsx").then((part) => part.TakeAlong));

interface ToolsProps {
  readonly view: PageView;
  /** Whether nothing was found: there is nothing to sort or to take along. */
  readonly isEmpty: boolean;
  /** Whether the server answers only with a token. */
  readonly needsToken: boolean;
  readonly onChange: ChangeView;
}

const LAYOUTS = [
  { name: "list", title: "List" },
  { name: "table", title: "Table" },
] as const;

/** How what was found is shown, and ways to have it elsewhere. */
export function Tools({ view, isEmpty, needsToken, onChange }: ToolsProps): JSX.Element {
  return (
    <div class="tools">
      {!isEmpty && (
        <>
          <select
            aria-label="Order"
            value={view.sort ?? ""}
            onChange={({ currentTarget }) => {
              const sort = SORTS.find(({ name }) => name === currentTarget.value)?.name ?? null;
              onChange((before) => ({ ...before, sort }));
            }}
          >
            <option value="">Best match first</option>
            {SORTS.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
          <span class="choice" role="group" aria-label="Layout">
            {LAYOUTS.map(({ name, title }) => (
              <button
                key={name}
                type="button"
                aria-pressed={view.layout === name}
                onClick={() => onChange((before) => ({ ...before, layout: name }))}
              >
                {title}
              </button>
            ))}
          </span>
        </>
      )}
      <Menu title="Export and notify">{() => <TakeAlong view={view} needsToken={needsToken} />}</Menu>
    </div>
  );
}
