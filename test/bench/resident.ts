import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** The resident memory of a process, in MB. Linux only. */
export function residentMegabytes({ pid }: Pick<ChildProcess, "pid">): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1000;
}
