import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { readItems } from "../transport/read-items.ts";
import { vsphereImage } from "./image.ts";
import type { Vcenter } from "./open-vcenter.ts";

const ids = z.array(z.string().min(1));
const description = z.record(z.string(), z.json());

/** Items read at the same time, and so on a page. */
const AT_ONCE = 8;

/** The items of all content libraries. What goes while they are listed is not there. */
export async function* listLibraries(vcenter: Vcenter): AsyncGenerator<ImagePage> {
  for (const library of await vcenter.get("/content/library", ids)) {
    const about = await vcenter.find(`/content/library/${encodeURIComponent(library)}`, description);
    const query = new URLSearchParams({ library_id: library });
    const items = about && (await vcenter.find(`/content/library/item?${query.toString()}`, ids));
    if (!items) continue;
    const schema = vsphereImage({ library_name: about["name"] ?? null, library_type: about["type"] ?? null });
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const found = await Promise.all(items.slice(from, from + AT_ONCE).map((item) => describeItem(vcenter, item)));
      const there = found.filter((item) => item !== null);
      yield { ...readItems(schema, there), calls: vcenter.client.takeCalls() };
    }
  }
  yield { images: [], rejected: [], calls: vcenter.client.takeCalls() };
}

/** An item, and with a template the machine that it makes. */
async function describeItem(vcenter: Vcenter, id: string): Promise<{ item: unknown; machine: unknown } | null> {
  const path = encodeURIComponent(id);
  const item = await vcenter.find(`/content/library/item/${path}`, description);
  if (!item) return null;
  const isTemplate = item["type"] === "vm-template";
  const machine = isTemplate
    ? await vcenter.find(`/vcenter/vm-template/library-items/${path}`, description.nullable())
    : null;
  return { item, machine };
}
