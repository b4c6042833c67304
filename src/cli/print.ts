import { visibleJson, visibleText } from "../visible-text.ts";

/** Prints a line of an answer. Foreign text in it cannot control the terminal or begin another line. */
export function print(line: string): void {
  process.stdout.write(`${visibleText(line)}\n`);
}

/** Prints a line beside the answer, on standard error. */
export function note(line: string): void {
  process.stderr.write(`${visibleText(line)}\n`);
}

export function printJson(value: unknown): void {
  printJsonText(JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0));
}

/** Prints what is JSON already. */
export function printJsonText(json: string): void {
  process.stdout.write(`${visibleJson(json)}\n`);
}

/** Prints the lines of an answer that is text already, such as CSV. */
export function printLines(text: string): void {
  for (const line of text.split(/\r?\n/)) if (line !== "") print(line);
}

/** `1 backend`, `3 backends` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `612.4 MB`, `80.2 GB` */
export function shownSize(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `3 minutes ago`; `never` for null. */
export function ago(time: string | null, now = Date.now()): string {
  if (time === null) return "never";
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en").format(Math.round(seconds / size), unit);
}
