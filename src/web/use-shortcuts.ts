import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

interface Shortcuts {
  /** Results there are. */
  readonly count: number;
  readonly input: RefObject<HTMLInputElement | null>;
  /** Whenever it changes, the selection begins anew. */
  readonly key: string;
  readonly open: (at: number) => void;
  readonly star: (at: number) => void;
}

/** `/` to the search, arrows through the results, Enter opens, s stars. Answers which result is selected, -1 for none. */
export function useShortcuts({ count, input, key, open, star }: Shortcuts): number {
  const [selected, setSelected] = useState(-1);
  useEffect(() => setSelected(-1), [key]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      const isSearching = event.target === input.current;
      const actions: Record<string, false | (() => unknown)> = {
        "/": !isTyping && (() => input.current?.focus()),
        s: !isTyping && selected >= 0 && (() => star(selected)),
        ArrowDown: (!isTyping || isSearching) && (() => setSelected(Math.min(count - 1, selected + 1))),
        ArrowUp: (!isTyping || isSearching) && (() => setSelected(Math.max(-1, selected - 1))),
        Enter: selected >= 0 && (isSearching || event.target === document.body) && (() => open(selected)),
        Escape: isSearching && (() => input.current?.blur()),
      };
      const action = isForUs(event) && actions[event.key];
      if (!action) return;
      action();
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  useEffect(() => document.querySelector(".result.selected")?.scrollIntoView({ block: "nearest" }), [selected]);
  return selected;
}

function isForUs({ defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !(defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]"));
}
