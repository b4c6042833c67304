import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { visibleText } from "../../visible-text.ts";
import { grouped } from "../ages.ts";
import type { TimePlot } from "./sum-up-runs.ts";

interface PlotProps {
  readonly title: string;
  /** The plot in words, for screen readers. */
  readonly summary: string;
  readonly plot: TimePlot;
  readonly form: "steps" | "points" | "bars";
  readonly unit?: string;
}

const HEIGHT = 220;
const DAY = 86_400;

/** Colours that differ on light and dark backgrounds, each with its own dash pattern. */
const COLOURS = [
  "#3b82d6",
  "#d97706",
  "#0f9f6e",
  "#c2417c",
  "#8b5cf6",
  "#64748b",
  "#0e9bb5",
  "#a16207",
  "#dc2626",
  "#65a30d",
];
const DASHES = [[], [8, 4], [2, 3], [10, 4, 2, 4], [5, 5]];

/** Values over time. */
export function Plot({ title, summary, plot, form, unit = "" }: PlotProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current || plot.times.length === 0) return undefined;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    let drawn = draw(current, plot, form, unit);
    const redraw = (): void => {
      drawn.destroy();
      drawn = draw(current, plot, form, unit);
    };
    const resized = new ResizeObserver(() => drawn.setSize({ width: current.clientWidth, height: HEIGHT }));
    resized.observe(current);
    scheme.addEventListener("change", redraw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener("change", redraw);
      drawn.destroy();
    };
  }, [plot, form]);
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      {plot.times.length === 0 ? (
        <p class="hint">Nothing is recorded yet.</p>
      ) : (
        <>
          <p class="visually-hidden">{summary}</p>
          <div ref={place} aria-hidden="true" />
        </>
      )}
    </figure>
  );
}

function draw(place: HTMLElement, plot: TimePlot, form: PlotProps["form"], unit: string): UPlot {
  const style = getComputedStyle(place);
  const axis = {
    stroke: style.getPropertyValue("--muted"),
    grid: { stroke: style.getPropertyValue("--line"), width: 1 },
  };
  // Bars stand on each other: drawn are sums, the tallest first.
  const stacked = form === "bars" ? stack(plot) : plot.series.map(({ values }) => [...values]);
  const [first = 0] = plot.times;
  const last = plot.times.at(-1) ?? first;
  const room = form === "bars" ? DAY : Math.max(60, (last - first) / 50);
  const options: UPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT,
    scales: { x: { range: [first - room, last + room] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => tickOf(tick, last - first)) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => `${grouped(tick)}${unit}`) },
    ],
    cursor: { drag: { x: false, y: false }, y: false },
    series: [
      {
        value: (_, at) =>
          at === null
            ? "–"
            : new Date(at * 1000)
                .toISOString()
                .slice(0, form === "bars" ? 10 : 16)
                .replace("T", " "),
      },
      ...plot.series.map(({ name, values }, index) => ({
        label: visibleText(name),
        ...lineOf(form, index),
        value: (_: UPlot, __: number, ___: number, at: number | null) => {
          const value = at === null ? null : values[at];
          return value === null || value === undefined ? "–" : `${grouped(value)}${unit}`;
        },
      })),
    ],
  };
  return new UPlot(options, [[...plot.times], ...stacked], place);
}

/** A day, or the time of one where the plot has no more than two; UTC. */
function tickOf(seconds: number, span: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return span > 2 * DAY ? text.slice(5, 10) : text.slice(11, 16);
}

function lineOf(form: PlotProps["form"], index: number): UPlot.Series {
  const stroke = COLOURS[index % COLOURS.length] ?? "";
  if (form === "bars") {
    const bars = UPlot.paths.bars?.({ size: [0.6, 60] });
    return { stroke, fill: stroke, width: 0, points: { show: false }, ...(bars && { paths: bars }) };
  }
  const steps = UPlot.paths.stepped?.({ align: 1 });
  const line = { stroke, width: 2, dash: DASHES[index % DASHES.length] ?? [], spanGaps: true };
  if (form === "points") return { ...line, width: 1, points: { show: true, size: 5 } };
  return { ...line, points: { show: true, size: 4 }, ...(steps && { paths: steps }) };
}

function stack({ times, series }: TimePlot): number[][] {
  return series.map((_, from) =>
    times.map((__, at) => series.slice(from).reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  );
}
