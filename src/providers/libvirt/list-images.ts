import type { ImagePage, RejectedItem } from "../provider.ts";
import { readItems } from "../transport/read-items.ts";
import { saysSo, type Virsh } from "./virsh.ts";
import { type DumpedVolume, isWholeVolume, libvirtVolume } from "./volume.ts";

/** All volumes of all active pools. What goes away meanwhile is not there. */
export async function* listVolumes(virsh: Virsh, atOnce: number): AsyncGenerator<ImagePage> {
  const pools = namesIn(await virsh.run("pool-list", "--all", "--name"));
  const inactive: string[] = [];
  for (const pool of pools) {
    const found = await listPool(virsh, pool);
    if (found === "inactive") inactive.push(pool);
    const { names, rejected } = found === "inactive" ? NOTHING : found;
    yield { images: [], rejected, calls: virsh.takeCalls() };
    for (let from = 0; from < names.length; from += atOnce) {
      const some = names.slice(from, from + atOnce).map((name) => dumpVolume(virsh, pool, name));
      const volumes = (await Promise.all(some)).filter((volume) => volume !== null);
      yield { ...readItems(libvirtVolume, volumes), calls: virsh.takeCalls() };
    }
  }
  const warning = `not active, and so not listed: ${inactive.join(", ")}`;
  yield { images: [], rejected: [], calls: virsh.takeCalls(), ...(inactive.length > 0 && { warning }) };
}

/** Padded with spaces, one a line. */
function namesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((name) => name !== "");
}

interface PoolListing {
  readonly names: readonly string[];
  readonly rejected: readonly RejectedItem[];
}

const NOTHING: PoolListing = { names: [], rejected: [] };

async function listPool(virsh: Virsh, pool: string): Promise<PoolListing | "inactive"> {
  let text;
  try {
    text = await virsh.run("vol-list", `--pool=${pool}`);
  } catch (error) {
    if (saysSo(error, /is not active/)) return "inactive";
    if (saysSo(error, /Storage pool not found/)) return NOTHING;
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

/** Null when it is there no more. Throws a ProviderError for half an answer. */
async function dumpVolume(virsh: Virsh, pool: string, name: string): Promise<DumpedVolume | null> {
  let xml;
  try {
    xml = await virsh.run("vol-dumpxml", `--pool=${pool}`, `--vol=${name}`);
  } catch (error) {
    if (saysSo(error, /Storage (volume|pool) not found|is not active/)) return null;
    throw error;
  }
  if (isWholeVolume(xml)) return { pool, xml };
  throw virsh.error("invalid-answer", `virsh vol-dumpxml: expected a volume, for ${pool}/${name}`);
}
