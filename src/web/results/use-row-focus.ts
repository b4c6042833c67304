import { useLayoutEffect, useRef } from "preact/hooks";

/** Focuses a row that may have to be scrolled to first. */
export function useRowFocus(
  list: { readonly current: HTMLElement | null },
  show: (index: number) => void,
): (index: number) => void {
  const wanted = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const link = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a[data-row]`);
    if (!link) return;
    wanted.current = undefined;
    link.focus();
  });
  return (index) => {
    wanted.current = index;
    show(index);
  };
}

/** The index of the row that something is in; -1 for none. */
export function indexOfRow(target: EventTarget | null): number {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return Number(row?.dataset["index"] ?? -1);
}
