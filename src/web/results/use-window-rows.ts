import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import { options as preact, type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface WindowRowsOptions {
  /** The answer that the rows belong to. The rows of a new answer that are out of sight are drawn after those in sight. */
  readonly about: string;
  readonly count: number;
  /** About as high as a row is before it is measured, in pixels. */
  readonly rowHeight: number;
  /** A list keeps a row's height under its key. */
  readonly keyOf: (index: number) => string;
  /** Rows that stay although they are out of sight, such as the focused one. */
  readonly kept: readonly number[];
}

export interface WindowRows<List extends HTMLElement> {
  /** For the list: rows stand in it by their `start`. */
  readonly list: RefObject<List | null>;
  readonly rows: readonly VirtualItem[];
  /** The height of all rows. */
  readonly height: number;
  /** Where the list begins on the page. */
  readonly top: number;
  /** While the page is printed every row is there, one under the other. */
  readonly isPrinting: boolean;
  /** For each row: its height is measured. */
  readonly measure: (row: HTMLElement | null) => void;
  readonly showRow: (index: number) => void;
}

/** Rows above and below those in sight, so that keys and quick scrolling find them. */
const OVERSCAN = 6;
/** How long an answer must stand before these are drawn; while somebody types, only rows in sight are. */
const OVERSCAN_AFTER_MS = 100;

/** Of a list that scrolls with the page, the rows that are in sight. */
export function useWindowRows<List extends HTMLElement>({
  about,
  count,
  rowHeight,
  keyOf,
  kept,
}: WindowRowsOptions): WindowRows<List> {
  const [, redraw] = useState(0);
  const [top, setTop] = useState(0);
  const isPrinting = usePrinting();
  const list = useRef<List>(null);
  const hasStood = useStanding(about, OVERSCAN_AFTER_MS);
  const options = {
    count,
    getItemKey: keyOf,
    getScrollElement: () => window,
    initialRect: { width: innerWidth, height: innerHeight },
    estimateSize: () => rowHeight,
    overscan: hasStood ? OVERSCAN : 0,
    scrollMargin: top,
    rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) =>
      [...new Set([...defaultRangeExtractor(range), ...kept.filter((at) => at >= 0 && at < count)])].toSorted(
        (a, b) => a - b,
      ),
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => redraw((n) => n + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => {
    virtualizer._willUpdate();
    // The content above the list changes.
    const now = (list.current?.getBoundingClientRect().top ?? 0) + scrollY;
    if (Math.abs(now - top) > 0.5) setTop(now);
  });
  return {
    list,
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    top,
    isPrinting,
    measure: virtualizer.measureElement,
    showRow: (index) => virtualizer.scrollToIndex(index),
  };
}

/** Whether a value has been the same for so long. */
function useStanding(value: string, ms: number): boolean {
  const [standing, setStanding] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setStanding(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return standing === value;
}

function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const set = (value: boolean): void => {
      // The browser takes the page as it is when the event is over.
      const { debounceRendering } = preact;
      preact.debounceRendering = (draw) => draw();
      setPrinting(value);
      if (debounceRendering) preact.debounceRendering = debounceRendering;
      else delete preact.debounceRendering;
    };
    const before = (): void => set(true);
    const after = (): void => set(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return isPrinting;
}
