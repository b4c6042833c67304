import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage } from "../provider.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { readEach, readItems } from "../transport/reading/read-items.ts";
import { get, type Proxmox } from "./cluster.ts";
import { templateImage } from "./template-image.ts";

const guest = z.object({ id: z.string().min(1) }).catchall(jsonValue);
const facts = z.object({ node: lenientText, type: lenientText, vmid: lenientText, template: lenientFlag });

/** A guest that is a template, or may be one: only its settings tell. */
export interface Guest {
  readonly id: string;
  /** Null where that cannot be read. */
  readonly node: string | null;
  /** Where its node has it: `qemu/9000`. */
  readonly path: string;
  /** Null where the cluster does not say, as it does of guests that it has no figures of. */
  readonly isTemplate: boolean | null;
  readonly item: unknown;
}

/** The guests of all nodes, but for those that are no templates. Throws a ProviderError. */
export async function findGuests(
  proxmox: Proxmox,
): Promise<{ readonly guests: readonly Guest[] } & Pick<ImagePage, "rejected">> {
  const items = await get(proxmox, "/cluster/resources?type=vm", z.array(z.unknown()));
  const { read, rejected } = readEach(guest, items);
  const guests = read.map((item): Guest => {
    const { node, type, vmid, template } = facts.parse(item);
    // Its id is `qemu/9000` too; one of another form is what the fields say.
    const path = /^(qemu|lxc)\/\d+$/.test(item.id) ? item.id : `${type ?? "qemu"}/${vmid ?? item.id}`;
    return { id: item.id, node, path, isTemplate: template, item };
  });
  return { guests: guests.filter(({ isTemplate }) => isTemplate !== false), rejected };
}

type ReadTemplates = Pick<ImagePage, "images" | "rejected">;

/**
 * A guest with its settings, which say what is in it; nothing when it turns out to be no template. One whose settings cannot
 * be had is rejected. Throws a ProviderError when its node is out of reach.
 */
export async function readTemplate(proxmox: Proxmox, node: string, found: Guest): Promise<ReadTemplates> {
  const [kind = "", vmid = ""] = found.path.split("/");
  const path = `/nodes/${encodeURIComponent(node)}/${encodeURIComponent(kind)}/${encodeURIComponent(vmid)}/config`;
  try {
    return readGuest(found, await get(proxmox, path, lenientRecord));
  } catch (error) {
    if (!isAboutOne(error)) throw error;
    return { images: [], rejected: [{ id: found.id, reason: error.message, item: found.item }] };
  }
}

/** A guest whose node cannot be told, and so without its settings; rejected unless it `counts`, wherever it is. */
export function readStray(found: Guest, counts: boolean): ReadTemplates {
  if (found.isTemplate && counts) return readGuest(found, {});
  return { images: [], rejected: [{ id: found.id, reason: "node: expected the name of a node", item: found.item }] };
}

function readGuest({ id, isTemplate, item }: Guest, settings: unknown): ReadTemplates {
  const isOne = isTemplate ?? facts.parse(settings).template ?? false;
  return isOne ? readItems(templateImage, [{ guest: item, settings }], () => id) : { images: [], rejected: [] };
}

/** Of a guest that went in between an older Proxmox VE says 500. */
function isAboutOne(error: unknown): error is ProviderError {
  return error instanceof ProviderError && (error.reason === "invalid-answer" || error.reason === "forbidden");
}
