import type { JSX } from "preact";
import { loadLater } from "../load-later.tsx";
import { Menu } from "../menu.tsx";
import type { ChangeView } from "../use-view.ts";
import { SORTS, type PageView } from "../view.ts";

const TakeAlong = loadLater(() => import("./take-along.tsx").then((part) => part.TakeAlong));

interface ToolsProps {
  readonly view: PageView;
  /** Whether nothing was found, so that there is nothing to sort or export. */
  readonly isEmpty: boolean;
  /** Whether the server needs a token. */
  readonly needsToken: boolean;
  readonly onChange: ChangeView;
}

const LAYOUTS = [
  { name: "list", title: "List" },
  { name: "table", title: "Table" },
] as const;

/** How the matches are shown, and the menu to export them. */
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
