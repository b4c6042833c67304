import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { Facts } from "../transport/facts.ts";
import { plainText } from "../transport/plain-text.ts";

const items = z.record(z.string(), z.record(z.string(), z.unknown()));
const versions = z.record(z.string(), z.object({ items: items.optional() }).catchall(z.unknown()));
const products = z.record(z.string(), z.object({ versions: versions.optional() }).catchall(z.unknown()));
const aliases = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

/** A product file (`products:1.0`). */
export const productTree = z.object({ products, _aliases: aliases.optional() }).catchall(z.unknown());
type ProductTree = z.infer<typeof productTree>;

/** A version of a product: one build, in all the places and forms it comes in. */
export interface StreamVersion {
  /** The product's and the version's names, and all that is said of the version. */
  readonly attributes: Facts;
  /** Its items, each with all that is said of it; the version's attributes included. */
  readonly items: readonly Facts[];
}

/** What holds for the file and not for the images in it: it changes with every other image. */
const OF_THE_FILE = new Set(["format", "updated"]);
const BRANCHES = new Set(["_aliases", "products", "versions", "items"]);

/** The versions of a file. What is said of a file, product or version is said of all below it that do not differ. */
export function* walkVersions(tree: ProductTree): Generator<StreamVersion> {
  const flatten = createFlattener(tree._aliases ?? {});
  const ofFile = Object.fromEntries(Object.entries(flatten(tree)).filter(([name]) => !OF_THE_FILE.has(name)));
  for (const [product_name, product] of Object.entries(tree.products)) {
    const ofProduct = { ...ofFile, ...flatten(product), product_name };
    for (const [version_name, version] of Object.entries(product.versions ?? {})) {
      const attributes = { ...ofProduct, ...flatten(version), version_name };
      const named = Object.entries(version.items ?? {});
      yield { attributes, items: named.map(([item_name, item]) => ({ ...attributes, ...flatten(item), item_name })) };
    }
  }
}

/** Reads one level's own attributes. An alias stands for several: `crsn` for a region and its endpoint. */
function createFlattener(refs: z.infer<typeof aliases>): (level: Readonly<Record<string, unknown>>) => Facts {
  const names = Object.keys(refs);
  return (level) => {
    let own: { readonly [name: string]: unknown } = level;
    for (const name of names) own = { ...own, ...refs[name]?.[plainText(level[name]) ?? ""] };
    const attributes: { [name: string]: JsonValue } = {};
    for (const [name, value] of Object.entries(own)) {
      if (BRANCHES.has(name)) continue;
      const json = readValue(value);
      if (json !== undefined) attributes[name] = json;
    }
    return attributes;
  };
}

const jsonValue = z.json();

function readValue(value: unknown): JsonValue | undefined {
  // Nearly all are strings, and a file can have a million of them.
  return typeof value === "string" ? value : jsonValue.safeParse(value).data;
}
