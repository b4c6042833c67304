import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

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
export function useShortcuts(shortcuts: Shortcuts): number {
  const [selected, setSelected] = useState(-1);
  // A key may come before the last one is drawn: what counts is kept beside the state.
  const at = useRef(-1);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const select = (next: number): void => {
    at.current = Math.max(-1, Math.min(latest.current.count - 1, next));
    setSelected(at.current);
  };
  useEffect(() => select(-1), [shortcuts.key]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { input, open, star } = latest.current;
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      const isSearching = event.target === input.current;
      const isSelected = at.current >= 0;
      const actions: Record<string, false | (() => unknown)> = {
        "/": !isTyping && (() => input.current?.focus()),
        s: !isTyping && isSelected && (() => star(at.current)),
        ArrowDown: (!isTyping || isSearching) && (() => select(at.current + 1)),
        ArrowUp: (!isTyping || isSearching) && (() => select(at.current - 1)),
        Enter: isSelected && (isSearching || event.target === document.body) && (() => open(at.current)),
        Escape: isSearching && (() => input.current?.blur()),
      };
      const action = isForUs(event) && actions[event.key];
      if (!action) return;
      action();
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  useEffect(() => document.querySelector(".result.selected")?.scrollIntoView({ block: "nearest" }), [selected]);
  return selected;
}

function isForUs({ defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !(defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]"));
}
