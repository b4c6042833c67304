import type { JsonValue, MachineImage } from "../../image.ts";
import { cloudFacts } from "../../providers/registry.ts";
import { MOST_NAME } from "./bound-image.ts";

/** EC2's location of an image in S3; that of others is their owner and name. */
const LOCATION = "image_location";

/** More of them are not searched. */
const MOST_TEXTS = 200;

/** The texts of an image that are searched beside the columns of its row: its keywords, and then those of `extra`. */
export function furtherTexts(image: MachineImage, provider: string): string[] {
  const columns = new Set([image.name, image.description, image.platform, image.architecture]);
  const texts = (cloudFacts(provider)?.searched ?? []).flatMap((path) => textsAt(image.extra, path.split(".")));
  const said = [...texts, ...locationOf(image)].filter((text) => text !== "" && !columns.has(text));
  const cut = said.slice(0, MOST_TEXTS).map((text) => text.slice(0, MOST_NAME).toWellFormed());
  return [...new Set([...image.keywords, ...cut])];
}

function locationOf({ name, extra }: MachineImage): string[] {
  const location = extra[LOCATION];
  return typeof location !== "string" || (name !== null && location.endsWith(`/${name}`)) ? [] : [location];
}

function textsAt(value: JsonValue | undefined, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return typeof value === "string" ? [value] : typeof value === "number" ? [String(value)] : [];
  if (isList(value)) return name === "*" ? value.flatMap((item) => textsAt(item, rest)) : [];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return textsAt(value[name], rest);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
