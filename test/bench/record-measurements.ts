import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What the documents show of the bench: `npm run bench -- --save` writes it, `npm run docs` makes tables of it. */
export const MEASUREMENTS = join(import.meta.dirname, "../docs/measurements.json");

type Row = Readonly<Record<string, string | number>>;

export interface Measured {
  readonly node: string;
  readonly cores: number;
  readonly rows: readonly Row[];
}

/** Every table that was recorded, by its name. */
export function readMeasurements(): Readonly<Record<string, Measured>> {
  return existsSync(MEASUREMENTS) ? JSON.parse(readFileSync(MEASUREMENTS, "utf8")) : {};
}

/** Keeps a table for the documents, if the bench was started with `--save`. Figures are cut to three digits. */
export function recordMeasurements(name: string, rows: readonly Row[]): void {
  if (!process.argv.includes("--save")) return;
  const cut = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shortened(value)])));
  const measured: Measured = { node: process.version, cores: availableParallelism(), rows: cut };
  writeFileSync(MEASUREMENTS, `${JSON.stringify({ ...readMeasurements(), [name]: measured }, null, 2)}\n`);
}

function shortened(value: string | number): string | number {
  return typeof value === "string" || Number.isInteger(value) ? value : Number(value.toPrecision(3));
}
