const UNITS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** How long ago a time was, for people: "3 minutes ago"; or when it will be: "in 3 minutes". */
export function ageOf(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const [unit, length] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  if (unit === "second") return seconds > 5 ? "in a moment" : "just now";
  return RELATIVE.format(Math.trunc(seconds / length), unit);
}

/** The day of a time, as it is written everywhere: 2026-01-31. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

const GROUPED = new Intl.NumberFormat("en");

export function countOf(n: number, one: string, many = `${one}s`): string {
  return `${GROUPED.format(n)} ${n === 1 ? one : many}`;
}

export function grouped(n: number): string {
  return GROUPED.format(n);
}
