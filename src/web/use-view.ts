import { useEffect, useRef, useState } from "preact/hooks";
import { linkTo, readView, type PageView } from "./view.ts";

/** Browsers limit how often a page may change its address. */
const ADDRESS_LAGS_MS = 200;

/**
 * Changes the view. A change of the term alone is typing, which becomes a step of the history when it is kept. Every other
 * change is a step.
 */
export type ChangeView = (change: (view: PageView) => PageView) => void;

export interface ViewHistory {
  readonly view: PageView;
  readonly change: ChangeView;
  /** Adds the typed term to the browser's history; false if nothing was typed. */
  readonly keep: () => boolean;
}

/** The view, kept in the page's address. */
export function useView(): ViewHistory {
  const [view, setView] = useState(() => readView(location.search));
  const history = useRef<ReturnType<typeof createHistory>>(undefined);
  history.current ??= createHistory(view, setView);
  const { change, keep, restore, write } = history.current;
  useEffect(() => {
    addEventListener("popstate", restore);
    addEventListener("pagehide", write);
    return () => {
      removeEventListener("popstate", restore);
      removeEventListener("pagehide", write);
    };
  }, []);
  return { view, change, keep };
}

function createHistory(
  first: PageView,
  show: (view: PageView) => void,
): Omit<ViewHistory, "view"> & { restore(): void; write(): void } {
  /** What Back returns to when the next step is made. */
  let settled = first;
  let current = first;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = (): void => {
    clearTimeout(timer);
    history.replaceState(null, "", linkTo(current));
  };
  const keep = (): boolean => {
    clearTimeout(timer);
    if (linkTo(current) === linkTo(settled)) return false;
    // The address of the step before became that of what was typed.
    history.replaceState(null, "", linkTo(settled));
    history.pushState(null, "", linkTo(current));
    settled = current;
    return true;
  };
  const change: ChangeView = (make) => {
    const before = current;
    const after = make(before);
    if (linkTo(after) === linkTo(before)) return;
    const isTyping = linkTo({ ...after, term: before.term }) === linkTo(before);
    if (!isTyping) keep();
    current = after;
    show(after);
    clearTimeout(timer);
    if (isTyping) {
      timer = setTimeout(write, ADDRESS_LAGS_MS);
      return;
    }
    settled = after;
    history.pushState(null, "", linkTo(after));
  };
  const restore = (): void => {
    clearTimeout(timer);
    settled = current = readView(location.search);
    show(current);
  };
  return { change, keep, restore, write };
}
