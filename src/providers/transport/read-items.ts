import type { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";

/** Reads each item on its own, so that one odd image costs one image and not the page. */
export function readItems(
  schema: z.ZodType<MachineImage>,
  items: readonly unknown[],
): Pick<ImagePage, "images" | "rejected"> {
  const { read: images, rejected } = readEach(schema, items);
  return { images, rejected };
}

/** As `readItems`, of items that are no images yet. */
export function readEach<T>(
  schema: z.ZodType<T>,
  items: readonly unknown[],
): { readonly read: readonly T[]; readonly rejected: readonly RejectedItem[] } {
  const all = [];
  const rejected = [];
  for (const item of items) {
    const read = schema.safeParse(item);
    if (read.success) all.push(read.data);
    else rejected.push({ reason: read.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("; "), item });
  }
  return { read: all, rejected };
}
