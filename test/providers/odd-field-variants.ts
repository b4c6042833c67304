import type { z } from "zod";
import type { MachineImage } from "../../src/image.ts";
import type { IdOf } from "../../src/providers/transport/reading/read-items.ts";
import { readItems } from "../../src/providers/transport/reading/read-items.ts";

/** An item of which one field is not as documented. */
export interface OddVariant {
  /** `root_volume.size is "x"`. */
  readonly what: string;
  /** The field: `root_volume.size`. */
  readonly field: string;
  readonly item: unknown;
}

const ODD = [null, 7, "x", "20", true, [], [null], {}, { name: 7 }, undefined];

/** `item` with each of its fields in turn, nested ones included, replaced by odd values, the last of which is missing. */
function oddVariants(item: Readonly<Record<string, unknown>>): OddVariant[] {
  return Object.keys(item).flatMap((name) => {
    const replaced = ODD.map((value) => ({
      what: `${name} is ${JSON.stringify(value) ?? "missing"}`,
      field: name,
      item: JSON.parse(JSON.stringify({ ...item, [name]: value })) as unknown,
    }));
    const nested = isRecord(item[name]) ? oddVariants(item[name]) : [];
    const deeper = nested.map(({ what, field, item: inner }) => ({
      what: `${name}.${what}`,
      field: `${name}.${field}`,
      item: { ...item, [name]: inner },
    }));
    return [...replaced, ...deeper];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What became of an odd item: the image, or why it was rejected. */
export interface ReadVariant extends OddVariant {
  readonly image: MachineImage | undefined;
  readonly rejected: { readonly id?: string | undefined; readonly reason: string } | undefined;
}

export function readVariants(
  schema: z.ZodType<MachineImage>,
  item: Readonly<Record<string, unknown>>,
  idOf?: IdOf,
): ReadVariant[] {
  return oddVariants(item).map((variant) => {
    const { images, rejected } = readItems(schema, [variant.item], idOf);
    return { ...variant, image: images[0], rejected: rejected[0] };
  });
}

/** What of `variants` neither was read under the `id` that it has, nor has another id: nothing, if all goes well. */
export function lostVariants(
  variants: readonly ReadVariant[],
  id: string,
  idFields: readonly string[] = ["id"],
): string[] {
  return variants
    .filter(({ field, image }) => !idFields.includes(field) && image?.id !== id)
    .map(({ what, rejected }) => `${what}: ${rejected?.reason}`);
}
