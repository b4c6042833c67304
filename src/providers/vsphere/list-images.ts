import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";
import { jsonRecord } from "../transport/reading/json-values.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientRecord } from "../transport/reading/lenient.ts";
import { createPartTally, type PartPage } from "../transport/paging/part-tally.ts";
import { plainText } from "../transport/reading/plain-text.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { vsphereImage } from "./image.ts";
import type { Vcenter } from "./open-vcenter.ts";

const ids = z.array(z.string().min(1));
const description = jsonRecord;
type Description = z.infer<typeof description>;

/** Items read at the same time, and so on a page. */
const AT_ONCE = 8;

/** The items of all content libraries, each of which is a part. What goes while they are listed is not there. */
export async function* listLibraries(vcenter: Vcenter): AsyncGenerator<ImagePage> {
  const tally = createPartTally(vcenter.client);
  for (const id of await vcenter.get("/content/library", ids)) {
    const part = `library ${id}`;
    let about: Description | null;
    try {
      about = await vcenter.find(`/content/library/${encodeURIComponent(id)}`, description);
    } catch (error) {
      yield tally.fail({ part }, error);
      continue;
    }
    if (about) yield* tally.list({ part, title: titleOf(part, about) }, listLibrary(vcenter, id, about));
  }
  tally.close();
  yield { images: [], rejected: [], calls: vcenter.client.takeCalls() };
}

function titleOf(part: string, about: Description): string {
  const name = plainText(about["name"]);
  return name === null ? part : `${part} (${name})`;
}

async function* listLibrary(vcenter: Vcenter, id: string, about: Description): AsyncGenerator<PartPage> {
  const query = new URLSearchParams({ library_id: id });
  const items = await vcenter.find(`/content/library/item?${query.toString()}`, ids);
  if (!items) return;
  if (items.length === 0) yield { images: [], rejected: [] };
  const schema = vsphereImage({ library_name: about["name"] ?? null, library_type: about["type"] ?? null });
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const found = await Promise.all(items.slice(from, from + AT_ONCE).map((item) => describeItem(vcenter, item)));
    const refused = found.flatMap((item) => (item && "reason" in item ? [item] : []));
    const there = found.filter((item) => item && "machine" in item);
    const { images, rejected } = readItems(schema, there);
    yield { images, rejected: [...rejected, ...refused] };
  }
}

interface DescribedItem {
  readonly item: Description;
  readonly machine: unknown;
}

/**
 * An item, and with a template the machine that it makes; null when it is gone. One that the vCenter itself cannot
 * describe is rejected by its id. Throws a ProviderError where the vCenter is out of reach.
 */
async function describeItem(vcenter: Vcenter, id: string): Promise<DescribedItem | RejectedItem | null> {
  const path = encodeURIComponent(id);
  try {
    const item = await vcenter.find(`/content/library/item/${path}`, description);
    if (!item) return null;
    const machine = item["type"] === "vm-template" ? await findMachine(vcenter, path) : null;
    return { item: { ...item, id }, machine };
  } catch (error) {
    const isAboutOne = error instanceof ProviderError && ["forbidden", "invalid-answer"].includes(error.reason);
    if (!isAboutOne) throw error;
    return { id, reason: error.message, item: id };
  }
}

/** Null where the item has none, or none that the user may see. */
async function findMachine(vcenter: Vcenter, path: string): Promise<unknown> {
  try {
    const machine = await vcenter.find(`/vcenter/vm-template/library-items/${path}`, lenientRecord);
    return description.safeParse(machine).data ?? null;
  } catch (error) {
    if (isStatus(error, 403)) return null;
    throw error;
  }
}
