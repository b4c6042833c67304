import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";

/** Tells the id of an item that could not be read, as its image would have it; undefined where that is odd too. */
export type IdOf = (item: unknown) => string | undefined;

/** Reads each item on its own, so that one odd image costs one image and not the page. */
export function readItems(
  schema: z.ZodType<MachineImage>,
  items: readonly unknown[],
  idOf?: IdOf,
): Pick<ImagePage, "images" | "rejected"> {
  const { read: images, rejected } = readEach(schema, items, idOf);
  return { images, rejected };
}

/** As `readItems`, of items that are no images yet. */
export function readEach<T>(
  schema: z.ZodType<T>,
  items: readonly unknown[],
  idOf: IdOf = idOfItem,
): { readonly read: readonly T[]; readonly rejected: readonly RejectedItem[] } {
  const all = [];
  const rejected = [];
  for (const item of items) {
    const read = schema.safeParse(item);
    if (read.success) all.push(read.data);
    else rejected.push(rejectedItem(read.error, item, idOf(item)));
  }
  return { read: all, rejected };
}

function rejectedItem({ issues }: z.ZodError, item: unknown, id: string | undefined): RejectedItem {
  const reason = issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  return { ...(id !== undefined && { id }), reason, item };
}

const identified = z.object({ id: z.union([z.string(), z.number().transform(String)]) });

function idOfItem(item: unknown): string | undefined {
  return identified.safeParse(item).data?.id;
}
