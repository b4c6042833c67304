import { expect } from "vitest";
import type { TestServer } from "./start-server.ts";

/** An answer of /metrics. */
export interface Scrape {
  readonly text: string;
  /** Values by name and labels, these in alphabetical order. */
  readonly values: ReadonlyMap<string, number>;
}

const SAMPLE = /^([a-z\d_]+)(?:\{(.*)\})? (\S+)$/;

export async function scrape(server: TestServer): Promise<Scrape> {
  const { status, headers, text } = await server.ask("/metrics");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return { text, values: new Map(lines.map(readSample)) };
}

function readSample(line: string): [string, number] {
  const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const sorted = (labels.match(/[a-z_]+="(?:[^"\\]|\\.)*"/g) ?? []).toSorted().join(",");
  return [sorted === "" ? name : `${name}{${sorted}}`, Number(value)];
}
