import { z } from "zod";
import type { ValueFilterName } from "../../catalogue/facts/filter-table.ts";

/*
 * The parameters of the catalogue's table of filters. Each takes one value or several: in a query string by repeating the
 * parameter, in a body as a list; values that hold no comma themselves may also be separated by commas.
 */

/** Values of one filter. */
const MOST_VALUES = 50;

const value = z.string("expected text").min(1, "expected a value").max(200, "expected at most 200 characters");

const TRUST_MEANING =
  "who publishes the image: your own account (`self`), the maker of its software (`official`), a known publisher (`verified`), or anybody (`community`)";
export const trust = z
  .enum(["self", "official", "verified", "community"], "expected self, official, verified or community")
  .meta({ description: TRUST_MEANING });
export const state = z.enum(
  ["available", "pending", "disabled", "failed"],
  "expected available, pending, disabled or failed",
);
const visibility = z.enum(
  ["public", "private", "shared", "community"],
  "expected public, private, shared or community",
);

/** Values that hold no comma. */
function words(one: z.ZodType<string, string>, meta: z.core.GlobalMeta): z.ZodOptional<z.ZodType<string[], unknown>> {
  return listOf(one, ",").optional().meta(meta);
}

/** Values that may hold one. */
function texts(meta: z.core.GlobalMeta): z.ZodOptional<z.ZodType<string[], unknown>> {
  return listOf(value, undefined).optional().meta(meta);
}

/** A list of limited length; `what` names its values: `ids`. */
function listOf(
  one: z.ZodType<string, string>,
  separator: string | undefined,
  { most, what }: { readonly most: number; readonly what: string } = { most: MOST_VALUES, what: "values" },
): z.ZodType<string[], unknown> {
  const split = (given: unknown): unknown[] => {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    return separator === undefined
      ? values
      : values.flatMap((each) => (typeof each === "string" ? each.split(separator) : [each]));
  };
  const values = z.array(one).min(1, "expected a value").max(most, `expected at most ${most} ${what}`);
  return z.preprocess(split, values).meta({
    // The text may be anything; the description is that of the values it is split into.
    override: ({ jsonSchema }) => {
      const plain = {
        type: "string",
        minLength: 1,
        maxLength: 200,
        ...(separator !== undefined && { pattern: String.raw`^[^,]*[^,\s][^,]*$` }),
      };
      const items = one instanceof z.ZodEnum ? { type: "string", enum: one.options } : plain;
      Object.assign(jsonSchema, { type: "array", items, minItems: 1, maxItems: most });
    },
  });
}

/** Ids that may be asked for at once. */
const MOST_IDS = 1_000;

/** Filters that take several values and are no columns that images are counted by. */
export const listShape = {
  ids: listOf(
    z.string("expected text").trim().min(1, "expected an id").max(1000, "expected at most 1000 characters"),
    ",",
    {
      most: MOST_IDS,
      what: "ids",
    },
  )
    .optional()
    .meta({
      description: `only the images with these ids, at most ${MOST_IDS}`,
      examples: [["ami-0ac9392bb24cdca10"]],
    }),
  family: listOf(
    z.string("expected text").min(1, "expected a value").max(1000, "expected at most 1000 characters"),
    undefined,
  )
    .optional()
    .meta({ description: "the complete name of a family, as `fields=extended` shows it" }),
};

/** A filter of backends: an image passes when its backend is in one of these regions. */
export const region = words(value, { description: "only backends of these regions", examples: [["eu-west-1"]] });

/** A parameter for each filter of the catalogue's table. */
export const valueShape = {
  architecture: words(value, {
    description: "the architecture, in any spelling: `amd64` is `x86_64`, `aarch64` is `arm64`",
    examples: [["arm64"]],
  }),
  os: words(value, {
    description: "the operating system: `ubuntu`, `rhel`, `amazon-linux`, `windows`",
    examples: [["ubuntu"]],
  }),
  os_version: words(value, { description: "its version, such as `22.04` or `9.4`", examples: [["22.04"]] }),
  os_codename: words(value, { description: "the codename of its version", examples: [["jammy"]] }),
  owner: texts({
    description:
      "the owner's id or alias, or the name of a publisher; a name that no image has is refused with the nearest ones",
    examples: [["099720109477"], ["canonical"]],
  }),
  platform: texts({ description: "the operating system, as the cloud names it", examples: [["windows"]] }),
  publisher: texts({ description: "the name of a known publisher", examples: [["Canonical"]] }),
  trust: words(trust, { description: TRUST_MEANING }),
  visibility: words(visibility, { description: "who else can use the image" }),
  state: words(state, {
    description:
      "`available`: can be launched; `pending`: not yet; `disabled`: not until it is enabled again; `failed`: cannot be launched",
  }),
  hidden: z
    .preprocess(
      (given) => (typeof given === "boolean" ? String(given) : given),
      z.enum(["true", "false"], "expected true or false"),
    )
    .meta({
      override: ({ jsonSchema }) => {
        for (const name of ["anyOf", "enum"]) Reflect.deleteProperty(jsonSchema, name);
        Object.assign(jsonSchema, { type: "boolean" });
      },
    })
    .optional()
    .meta({ description: "whether the cloud lists the image only for those who ask for hidden images" }),
  root_device_type: words(value, { description: "where the root disk is, as the cloud names it", examples: [["ebs"]] }),
  virtualization_type: words(value, { description: "the virtualization, as the cloud names it", examples: [["hvm"]] }),
} satisfies Readonly<Record<ValueFilterName, z.ZodType>>;
