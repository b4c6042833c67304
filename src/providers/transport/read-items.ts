import type { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";

/** Reads each item on its own, so that one odd image costs one image and not the page. */
export function readItems(
  schema: z.ZodType<MachineImage>,
  items: readonly unknown[],
): Pick<ImagePage, "images" | "rejected"> {
  const images = [];
  const rejected = [];
  for (const item of items) {
    const read = schema.safeParse(item);
    if (read.success) images.push(read.data);
    else rejected.push({ reason: read.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("; "), item });
  }
  return { images, rejected };
}
