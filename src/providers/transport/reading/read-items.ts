import type { z } from "zod";
import type { MachineImage } from "../../../image.ts";
import type { ImagePage, RejectedItem } from "../../provider.ts";

/** The id of an image that could not be read; undefined where even that cannot be read. */
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

/** Like `readItems`, for items that are not images yet. A rejected one carries its id, so that its image stays as it was. */
export function readEach<T>(
  schema: z.ZodType<T>,
  items: readonly unknown[],
  idOf: IdOf = idIn,
): { readonly read: readonly T[]; readonly rejected: readonly RejectedItem[] } {
  const all = [];
  const rejected: RejectedItem[] = [];
  for (const item of items) {
    const read = readOne(schema, item);
    if (read.success) all.push(read.data);
    else rejected.push({ id: idOf(item), reason: read.reason, item });
  }
  return { read: all, rejected };
}

/** An item nested too deeply for the stack costs one image, too. */
function readOne<T>(
  schema: z.ZodType<T>,
  item: unknown,
): { readonly success: true; readonly data: T } | { readonly success: false; readonly reason: string } {
  try {
    const read = schema.safeParse(item);
    return read.success ? read : { success: false, reason: reasonOf(read.error) };
  } catch (error) {
    if (error instanceof RangeError) return { success: false, reason: "it is nested too deeply" };
    throw error;
  }
}

function reasonOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

function idIn(item: unknown): string | undefined {
  const id = typeof item === "object" && item !== null && "id" in item ? item.id : undefined;
  if (typeof id === "number" && Number.isFinite(id)) return String(id);
  return typeof id === "string" && id !== "" ? id : undefined;
}
