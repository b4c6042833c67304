import { z } from "zod";
import {
  type FilterEntry,
  STATE_WORDS,
  TRUST_MEANING,
  TRUST_WORDS,
  VALUE_FILTERS,
  type ValueFilterName,
} from "../../catalogue/facts/filter-table.ts";

/*
 * The parameters of the catalogue's table of filters. All but flags take one value or several: in a query string by repeating
 * the parameter, in a body as a list; values that hold no comma themselves may also be separated by commas.
 */

/** Values of one filter. */
const MOST_VALUES = 50;

const value = z.string("expected text").min(1, "expected a value").max(200, "expected at most 200 characters");

/** One of a few words. */
function oneOf<const Words extends readonly string[]>(words: Words): z.ZodEnum<{ [W in Words[number]]: W }> {
  return z.enum(words, `expected ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
}

export const trust = oneOf(TRUST_WORDS).meta({ description: TRUST_MEANING });
export const state = oneOf(STATE_WORDS);

/** `true` or `false` as text, also where JSON has it as itself. */
const textFlag = z
  .preprocess(
    (given) => (typeof given === "boolean" ? String(given) : given),
    z.enum(["true", "false"], "expected true or false"),
  )
  .meta({
    override: ({ jsonSchema }) => {
      for (const name of ["anyOf", "enum"]) Reflect.deleteProperty(jsonSchema, name);
      Object.assign(jsonSchema, { type: "boolean" });
    },
  });

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
export const region = listOf(value, ",")
  .optional()
  .meta({ description: "only backends of these regions", examples: [["eu-west-1"]] });

type ValueParameter = z.ZodOptional<z.ZodType<string | string[], unknown>>;

/** A parameter for each filter of the catalogue's table. */
export const valueShape = allOf(Object.fromEntries(VALUE_FILTERS.map((filter) => [filter.name, parameterOf(filter)])));

function allOf(shape: Readonly<Record<string, ValueParameter>>): Readonly<Record<ValueFilterName, ValueParameter>> {
  if (hasAll(shape)) return shape;
  throw new Error("a filter has no parameter");
}

function hasAll(shape: object): shape is Readonly<Record<ValueFilterName, ValueParameter>> {
  return VALUE_FILTERS.every(({ name }) => Object.hasOwn(shape, name));
}

function parameterOf(filter: FilterEntry): ValueParameter {
  const { holds, description } = filter;
  const examples = "examples" in filter ? { examples: filter.examples.map((one) => [one]) } : {};
  return valuesOf(holds)
    .optional()
    .meta({ description, ...examples });
}

function valuesOf(holds: FilterEntry["holds"]): z.ZodType<string | string[], unknown> {
  if (holds === "flag") return textFlag;
  if (holds === "texts") return listOf(value, undefined);
  return listOf(holds === "words" ? value : oneOf(holds), ",");
}
