import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { plainText } from "../transport/plain-text.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { templateImage } from "./template-image.ts";
import { volumeImage } from "./volume-image.ts";

/** A cluster as a token sees it. */
export interface Proxmox {
  readonly client: JsonClient;
  /** Without `/api2/json`. */
  readonly apiurl: string;
  readonly headers: { readonly [name: string]: string };
}

/** Kinds of content that are images; the others are backups, snippets and containers' file systems. */
const IMAGES = ["iso", "vztmpl", "import", "images"];

const nodes = z.array(z.object({ node: z.string().min(1), status: z.string().optional() }));
const storages = z.array(
  z
    .object({
      storage: z.string().min(1),
      type: z.string().optional(),
      content: z.string(),
      shared: z.number().optional(),
    })
    .catchall(z.json()),
);
const contents = z.array(z.record(z.string(), z.json()));
const guests = z.array(
  z
    .object({ id: z.string(), node: z.string(), type: z.string(), vmid: z.number(), template: z.number().optional() })
    .catchall(z.json()),
);
const config = z.record(z.string(), z.json());

export type ProxmoxStorage = z.infer<typeof storages>[number];

/** All images of a cluster, or of one node; those of a storage that nodes share once. */
export async function* listCluster(proxmox: Proxmox, only?: string): AsyncGenerator<ImagePage> {
  const found = await chooseNodes(proxmox, only);
  const seen = new Set<string>();
  for (const node of found) {
    for (const storage of await get(proxmox, `/nodes/${encodeURIComponent(node)}/storage?enabled=1`, storages)) {
      const key = storage.shared ? storage.storage : `${node}/${storage.storage}`;
      const holdsImages = storage.content.split(",").some((kind) => IMAGES.includes(kind));
      if (!seen.has(key) && holdsImages) yield listStorage(proxmox, node, storage);
      seen.add(key);
    }
  }
  if (seen.size === 0) {
    throw proxmox.client.error("forbidden", "the token sees no storage at all; it needs Datastore.Audit and VM.Audit");
  }
  yield* listTemplates(proxmox, found);
}

/** Throws a ProviderError when one of them is off: its storages cannot be listed. */
async function chooseNodes(proxmox: Proxmox, only: string | undefined): Promise<string[]> {
  const all = await get(proxmox, "/nodes", nodes);
  const chosen = only === undefined ? all : all.filter(({ node }) => node === only);
  if (only !== undefined && chosen.length === 0) {
    const offered = all.map(({ node }) => node).join(", ") || "none";
    throw proxmox.client.error("invalid-answer", `there is no node ${only}; expected one of ${offered}`);
  }
  const off = chosen.find(({ status = "online" }) => status !== "online");
  if (off) throw proxmox.client.error("unreachable", `node ${off.node} is ${off.status}; set region to list one node`);
  return chosen.map(({ node }) => node);
}

async function listStorage(proxmox: Proxmox, node: string, storage: ProxmoxStorage): Promise<ImagePage> {
  const path = `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage.storage)}/content`;
  const items = (await get(proxmox, path, contents)).filter(({ content }) => IMAGES.includes(plainText(content) ?? ""));
  return { ...readItems(volumeImage(node, storage), items), calls: proxmox.client.takeCalls() };
}

/** Guests that are templates, each with its settings: only those say what is in it. */
async function* listTemplates(proxmox: Proxmox, from: readonly string[]): AsyncGenerator<ImagePage> {
  for (const guest of await get(proxmox, "/cluster/resources?type=vm", guests)) {
    const { node, type, vmid } = guest;
    if (!guest.template || !from.includes(node)) continue;
    const path = `/nodes/${encodeURIComponent(node)}/${encodeURIComponent(type)}/${vmid}/config`;
    const settings = await get(proxmox, path, config);
    yield { ...readItems(templateImage, [{ guest, settings }]), calls: proxmox.client.takeCalls() };
  }
}

async function get<T>({ client, apiurl, headers }: Proxmox, path: string, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(`${apiurl}/api2/json${path}`);
  const { body } = await client.send({ url, headers });
  return readAnswer(z.object({ data: schema }), body, { client, what: `GET ${url.pathname}` }).data;
}
