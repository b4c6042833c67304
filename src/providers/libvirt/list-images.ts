import { ProviderError } from "../../errors.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";
import { createPartTally, type PartPage } from "../transport/paging/part-tally.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { saysSo, type Virsh } from "./virsh.ts";
import { type DumpedVolume, isWholeVolume, libvirtVolume } from "./volume.ts";

/** All volumes of all pools, each of which is a part. What goes away meanwhile is not there. */
export async function* listVolumes(virsh: Virsh, atOnce: number): AsyncGenerator<ImagePage> {
  const tally = createPartTally(virsh);
  for (const pool of namesIn(await virsh.run("pool-list", "--all", "--name"))) {
    yield* tally.list({ part: `pool ${pool}` }, listPool(virsh, pool, atOnce));
  }
  tally.close();
  yield { images: [], rejected: [], calls: virsh.takeCalls() };
}

/** Nothing when the pool is gone. Throws a ProviderError when it is not active, or cannot be listed. */
async function* listPool(virsh: Virsh, pool: string, atOnce: number): AsyncGenerator<PartPage> {
  const found = await findVolumes(virsh, pool);
  if (!found) return;
  const { names, rejected } = found;
  yield { images: [], rejected };
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce).map((name) => dumpVolume(virsh, pool, name));
    const volumes = (await Promise.all(some)).filter((volume) => volume !== null);
    const read = readItems(
      libvirtVolume,
      volumes.filter((volume) => "xml" in volume),
    );
    yield { images: read.images, rejected: [...read.rejected, ...volumes.filter((volume) => "reason" in volume)] };
  }
}

/** Padded with spaces, one a line. */
function namesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((name) => name !== "");
}

interface FoundVolumes {
  readonly names: readonly string[];
  readonly rejected: readonly RejectedItem[];
}

async function findVolumes(virsh: Virsh, pool: string): Promise<FoundVolumes | null> {
  let text;
  try {
    text = await virsh.run("vol-list", `--pool=${pool}`);
  } catch (error) {
    if (saysSo(error, /is not active/)) throw virsh.error("unreachable", "the pool is not active", error);
    if (saysSo(error, /Storage pool not found/)) return null;
    throw error;
  }
  const names: string[] = [];
  const rejected: RejectedItem[] = [];
  for (const line of text.split("\n").filter((row) => row.trim() !== "")) {
    const name = nameIn(line);
    if (name === null) rejected.push({ reason: "expected a volume's name and its path", item: line });
    else names.push(name);
  }
  return { names, rejected };
}

/**
 * The first column of a table whose columns are three spaces or more apart; the second is a path. Null where it cannot be
 * told, or is written otherwise than it is: `\x0a`.
 */
function nameIn(line: string): string | null {
  // A name with three spaces is told from the next column by the slash that all paths of files begin with.
  const name = /^ (.+?) {3,}\/.*$/.exec(line)?.[1] ?? /^ ((?:(?! {3}).)+) {3,}\S+$/.exec(line)?.[1];
  return name === undefined || /\\x[0-9a-f]{2}/i.test(name) ? null : name;
}

/**
 * Null when it is gone. A volume that libvirt itself cannot describe is rejected by its id. Throws a ProviderError for
 * half an answer, and where the daemon or the pool is out of reach.
 */
async function dumpVolume(virsh: Virsh, pool: string, name: string): Promise<DumpedVolume | RejectedItem | null> {
  let xml;
  try {
    xml = await virsh.run("vol-dumpxml", `--pool=${pool}`, `--vol=${name}`);
  } catch (error) {
    if (saysSo(error, /Storage volume not found/)) return null;
    if (saysSo(error, /Storage pool not found|is not active/)) {
      throw virsh.error("unreachable", "the pool disappeared while it was listed", error);
    }
    if (!(error instanceof ProviderError) || error.reason !== "invalid-answer") throw error;
    return { id: `${pool}/${name}`, reason: error.message, item: name };
  }
  if (isWholeVolume(xml)) return { pool, name, xml };
  throw virsh.error("invalid-answer", `virsh vol-dumpxml: expected a volume, for ${pool}/${name}`);
}
