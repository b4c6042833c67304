import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage } from "../provider.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { createPartTally, type PartPage } from "../transport/paging/part-tally.ts";
import { get, type Proxmox } from "./cluster.ts";
import { findAllStorages, findStorages, mayHoldImages, type ProxmoxStorage, readStorage } from "./storages.ts";
import { findGuests, type Guest, readStray, readTemplate } from "./templates.ts";

const nodes = z.array(z.object({ node: z.string().min(1), status: lenientText }));
type ProxmoxNode = z.infer<typeof nodes>[number];

/** Storages that nodes share, by name, each as the nodes that answered have it. */
type SharedStorages = Map<string, { readonly node: string; readonly storage: ProxmoxStorage }[]>;

/** What the nodes said about the cluster. */
interface Told {
  /** Those that answered. */
  readonly nodes: Set<string>;
  /** Of any kind. */
  readonly storages: Set<string>;
  readonly shared: SharedStorages;
}

/**
 * All images of a cluster, or of one node; those of a storage that nodes share once. Each node is a part with what is its
 * own, and each shared storage is one: a node that is off takes nothing else with it.
 */
export async function* listCluster(proxmox: Proxmox, only?: string): AsyncGenerator<ImagePage> {
  const { client } = proxmox;
  const all = await findNodes(proxmox);
  const chosen = chooseNodes(proxmox, all, only);
  const { guests, rejected } = await findGuests(proxmox);
  const tally = createPartTally(client);
  const told: Told = { nodes: new Set(), storages: new Set(), shared: new Map() };
  for (const node of chosen) {
    const own = guests.filter((guest) => guest.node === node.node);
    yield* tally.list({ part: `node ${node.node}` }, listNode(proxmox, node, own, told));
  }
  const missing = chosen.filter(({ node }) => !told.nodes.has(node)).map(({ node }) => node);
  if (missing.length > 0) await addStoragesOf(proxmox, missing, told.shared);
  for (const [name, places] of told.shared)
    yield* tally.list({ part: `storage ${name}` }, listShared(proxmox, name, places));
  tally.close();
  if (told.storages.size === 0) {
    throw client.error("forbidden", "the token sees no storage at all; it needs Datastore.Audit and VM.Audit");
  }
  const strays = guests
    .filter(({ node }) => !all.some((known) => known.node === node))
    .map((guest) => readStray(guest, only === undefined));
  yield {
    images: strays.flatMap(({ images }) => images),
    rejected: [...rejected, ...strays.flatMap((stray) => stray.rejected)],
    calls: client.takeCalls(),
  };
}

/** The nodes of a cluster, those that are off included. Every token that is accepted may ask. Throws a ProviderError. */
export function findNodes(proxmox: Proxmox): Promise<ProxmoxNode[]> {
  return get(proxmox, "/nodes", nodes);
}

function chooseNodes(
  { client }: Proxmox,
  all: readonly ProxmoxNode[],
  only: string | undefined,
): readonly ProxmoxNode[] {
  const chosen = only === undefined ? all : all.filter(({ node }) => node === only);
  if (only === undefined || chosen.length > 0) return chosen;
  const offered = all.map(({ node }) => node).join(", ") || "none";
  throw client.error("invalid-answer", `no such node: ${only}; expected one of ${client.quote(offered)}`);
}

/** What a node has of its own: its storages, and its templates. Throws a ProviderError when one of them is out of reach. */
async function* listNode(
  proxmox: Proxmox,
  { node, status }: ProxmoxNode,
  guests: readonly Guest[],
  told: Told,
): AsyncGenerator<PartPage> {
  if (status === "offline") throw proxmox.client.error("unreachable", `node ${proxmox.client.quote(node)} is offline`);
  const found = await findStorages(proxmox, node);
  told.nodes.add(node);
  for (const { storage } of found) told.storages.add(storage);
  const storages = found.filter(mayHoldImages);
  for (const storage of storages.filter((one) => one.shared)) {
    told.shared.set(storage.storage, [...(told.shared.get(storage.storage) ?? []), { node, storage }]);
  }
  yield { images: [], rejected: [] };
  let broken: unknown;
  for (const storage of storages.filter((one) => !one.shared)) {
    try {
      yield await readOwnStorage(proxmox, node, storage);
    } catch (error) {
      // The others are read all the same, unless it is the node that does not answer.
      if (!(error instanceof ProviderError) || isOutOfReach(error)) throw error;
      broken ??= error;
    }
  }
  for (const guest of guests) yield await readTemplate(proxmox, node, guest);
  if (broken !== undefined) throw broken;
}

/** One that the token may not look into is a part by itself: it says nothing of the node. */
async function readOwnStorage(proxmox: Proxmox, node: string, storage: ProxmoxStorage): Promise<PartPage> {
  try {
    return await readStorage(proxmox, node, storage);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.reason !== "forbidden") throw error;
    const part = `storage ${storage.storage} of node ${node}`;
    const refused = { part, reason: error.reason, message: `${part}: ${error.message}` };
    return { images: [], rejected: [], failedParts: [refused] };
  }
}

/** A storage that nodes share, as the first that can tells of it. Throws a ProviderError when none can. */
async function* listShared(
  proxmox: Proxmox,
  name: string,
  places: readonly { readonly node: string; readonly storage: ProxmoxStorage }[],
): AsyncGenerator<PartPage> {
  let failed: unknown;
  for (const { node, storage } of places) {
    try {
      yield await readStorage(proxmox, node, storage);
      return;
    } catch (error) {
      const isRefused =
        error instanceof ProviderError && (error.reason === "forbidden" || error.reason === "credentials");
      if (isRefused || !(error instanceof ProviderError)) throw error;
      failed = error;
    }
  }
  throw (
    failed ??
    proxmox.client.error("unreachable", `storage ${proxmox.client.quote(name)} is on no node that could be listed`)
  );
}

/** Adds what only nodes that did not answer share: of these the cluster knows that they have it, and no more. */
async function addStoragesOf(proxmox: Proxmox, missing: readonly string[], shared: SharedStorages): Promise<void> {
  for (const { storage, node, shared: isShared } of (await findClusterStorages(proxmox)).filter(mayHoldImages)) {
    if (isShared && missing.includes(node ?? "") && !shared.has(storage)) shared.set(storage, []);
  }
}

async function findClusterStorages(proxmox: Proxmox): Promise<ProxmoxStorage[]> {
  try {
    return await findAllStorages(proxmox);
  } catch (error) {
    if (isStatus(error, 501)) return [];
    throw error;
  }
}

/** An inactive storage has no request that failed for its cause. */
function isOutOfReach({ reason, cause }: ProviderError): boolean {
  return reason === "credentials" || reason === "throttled" || (reason === "unreachable" && cause !== undefined);
}
