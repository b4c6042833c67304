import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { shownSize } from "../print.ts";
import type { Finding } from "./finding.ts";

/** The size of a large region's first listing, its index and the write-ahead log. */
const FIRST_SYNC_BYTES = 1.5e9;

export function checkNode(): Finding {
  return { check: "Node.js", state: "ok", detail: `${process.version} on ${process.platform} ${process.arch}` };
}

/** Whether there is room for the database to be written once more, as a sync of everything may. */
export function checkDisk(database: string): Finding {
  const folder = existingFolder(dirname(database));
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const size = statSync(database, { throwIfNoEntry: false })?.size ?? 0;
  const wanted = Math.max(size, FIRST_SYNC_BYTES);
  const detail = `${shownSize(free)} free in ${folder}, the database uses ${shownSize(size)}`;
  if (free >= wanted) return { check: "disk", state: "ok", detail };
  const advice = `a sync of a large region may need ${shownSize(wanted)}; free disk space, or move the file (IMAGEDEX_DATABASE)`;
  return { check: "disk", state: "warn", detail, advice };
}

function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}
