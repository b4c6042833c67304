import { useEffect, useRef, useState } from "preact/hooks";
import { linkTo, readView, type View } from "./view.ts";

/** Browsers bear only so many changes of the address in a row. */
const ADDRESS_LAGS_MS = 200;

/** Changes the view; a change of the term replaces the last step of the history, all others are steps of their own. */
export type ChangeView = (change: (view: View) => View) => void;

/** The view, kept in the page's address. */
export function useView(): [View, ChangeView] {
  const [view, setView] = useState(() => readView(location.search));
  const current = useRef(view);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const restore = (): void => {
      current.current = readView(location.search);
      setView(current.current);
    };
    addEventListener("popstate", restore);
    return () => removeEventListener("popstate", restore);
  }, []);

  const change = useRef<ChangeView>((make) => {
    const before = current.current;
    const after = make(before);
    const isTyping = before.term !== after.term && linkTo({ ...after, term: before.term }) === linkTo(before);
    current.current = after;
    setView(after);
    clearTimeout(timer.current);
    if (!isTyping) return history.pushState(null, "", linkTo(after));
    timer.current = setTimeout(() => history.replaceState(null, "", linkTo(current.current)), ADDRESS_LAGS_MS);
  });
  return [view, change.current];
}
