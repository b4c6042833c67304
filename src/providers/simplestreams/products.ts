import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { RejectedItem } from "../provider.ts";
import type { ExtraMembers } from "../transport/reading/extra-members.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { plainText } from "../transport/reading/plain-text.ts";

/** A product file (`products:1.0`). What is below its products is read one by one. */
export const productTree = z.object({ products: z.record(z.string(), z.unknown()) }).catchall(z.unknown());
type ProductTree = z.infer<typeof productTree>;

const level = z.record(z.string(), z.unknown());
type TreeLevel = z.infer<typeof level>;

/** A version of a product: one build, in all the places and forms it comes in. */
export interface StreamVersion {
  /** The product's and the version's names, and all that is said of the version. */
  readonly attributes: ExtraMembers;
  /** Its items, each with all that is said of it; the version's attributes included. */
  readonly items: readonly ExtraMembers[];
  /** What should be a version's item, a version or a product, and is none. */
  readonly rejected: readonly RejectedItem[];
}

/** What holds for the file and not for the images in it: it changes with every other image. */
const OF_THE_FILE = new Set(["format", "updated"]);
const BRANCHES = new Set(["_aliases", "products", "versions", "items"]);

/** The versions of a file. What is said of a file, product or version is said of all below it that do not differ. */
export function* walkVersions(tree: ProductTree): Generator<StreamVersion> {
  const flatten = createFlattener(readAliases(tree["_aliases"]));
  const ofFile = Object.fromEntries(Object.entries(flatten(tree)).filter(([name]) => !OF_THE_FILE.has(name)));
  const products = membersOf(tree.products);
  for (const [product_name, product] of products.members) {
    const ofProduct = { ...ofFile, ...flatten(product), product_name };
    const versions = membersOf(product["versions"]);
    for (const [version_name, version] of versions.members) {
      const attributes = { ...ofProduct, ...flatten(version), version_name };
      const items = membersOf(version["items"]);
      const read = items.members.map(([item_name, item]) => ({ ...attributes, ...flatten(item), item_name }));
      yield { attributes, items: read, rejected: items.rejected };
    }
    if (versions.rejected.length > 0) yield { attributes: ofProduct, items: [], rejected: versions.rejected };
  }
  if (products.rejected.length > 0) yield { attributes: ofFile, items: [], rejected: products.rejected };
}

/** What is below a level, each with its name. */
function membersOf(branch: unknown): { members: readonly (readonly [string, TreeLevel])[]; rejected: RejectedItem[] } {
  if (branch === undefined) return { members: [], rejected: [] };
  const read = level.safeParse(branch).data;
  if (!read) return { members: [], rejected: [{ reason: "expected an object", item: branch }] };
  const members: (readonly [string, TreeLevel])[] = [];
  const rejected: RejectedItem[] = [];
  for (const [name, value] of Object.entries(read)) {
    const member = level.safeParse(value).data;
    if (member) members.push([name, member]);
    else rejected.push({ reason: `${name}: expected an object`, item: value });
  }
  return { members, rejected };
}

/** Attributes that stand for others, and by which value for which. */
type Aliases = ReadonlyMap<string, ReadonlyMap<string, TreeLevel>>;

function readAliases(said: unknown): Aliases {
  return new Map(membersOf(said).members.map(([name, values]) => [name, new Map(membersOf(values).members)]));
}

/** Reads one level's own attributes. An alias stands for several: `crsn` for a region and its endpoint. */
function createFlattener(aliases: Aliases): (found: TreeLevel) => ExtraMembers {
  return (found) => {
    let own = found;
    for (const [name, values] of aliases) own = { ...own, ...values.get(plainText(found[name]) ?? "") };
    const attributes: { [name: string]: JsonValue } = {};
    for (const [name, value] of Object.entries(own)) {
      if (BRANCHES.has(name)) continue;
      const json = readValue(value);
      if (json !== undefined) attributes[name] = json;
    }
    return attributes;
  };
}

function readValue(value: unknown): JsonValue | undefined {
  // Nearly all are strings, and a file can have a million of them.
  return typeof value === "string" ? value : jsonValue.safeParse(value).data;
}
