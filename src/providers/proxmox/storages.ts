import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { lenientFlag, lenientText } from "../transport/reading/lenient.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { get, type Proxmox } from "./cluster.ts";
import { IMAGES, isImageVolume, volumeId, volumeImage } from "./volume-image.ts";

/** A storage as a node, or the cluster, describes it. */
const storage = z.object({
  storage: z.string().min(1),
  node: lenientText,
  type: lenientText,
  content: lenientText,
  shared: lenientFlag,
  active: lenientFlag,
});
export type ProxmoxStorage = z.infer<typeof storage>;

const storages = z.array(storage);
const contents = z.array(z.unknown());

/** The storages of a node. Throws a ProviderError. */
export function findStorages(proxmox: Proxmox, node: string): Promise<ProxmoxStorage[]> {
  return get(proxmox, `/nodes/${encodeURIComponent(node)}/storage?enabled=1`, storages);
}

/** The same, of all nodes, those that are off included. Each comes once for every node that has it. */
export function findAllStorages(proxmox: Proxmox): Promise<ProxmoxStorage[]> {
  return get(proxmox, "/cluster/resources?type=storage", storages);
}

/** One that does not say what it holds is looked into. */
export function mayHoldImages({ content }: ProxmoxStorage): boolean {
  return content === null || content.split(",").some((kind) => IMAGES.has(kind));
}

/** The images in a storage, as `node` sees it. Throws a ProviderError. */
export async function readStorage(
  proxmox: Proxmox,
  node: string,
  held: ProxmoxStorage,
): Promise<Pick<ImagePage, "images" | "rejected">> {
  if (held.active === false) {
    throw proxmox.client.error(
      "unreachable",
      `storage ${proxmox.client.quote(held.storage)} is not active on node ${proxmox.client.quote(node)}`,
    );
  }
  const path = `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(held.storage)}/content`;
  const items = (await get(proxmox, path, contents)).filter(isImageVolume);
  // What nodes share is the same whichever of them is asked.
  const place = { ...held, node: held.shared ? null : node };
  return readItems(volumeImage(place), items, (item) => volumeId(place, item));
}
