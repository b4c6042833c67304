import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { familyNameOf } from "../../catalogue/facts/family-name.ts";
import { publisherOfFamily } from "../../catalogue/read/builds.ts";
import type { KnownImage } from "../../catalogue/read/known-images.ts";
import type { Source } from "../../record/sources.ts";
import { WELL_KNOWN_NAMES } from "../../providers/ec2/well-known-names.ts";

/**
 * Finds the known publisher that an image of somebody else imitates: its name is that of one of their families in a source of
 * the same cloud, or begins as only their names do. Null for the account's own images and those of known publishers.
 */
export function createLookAlikes(
  catalogue: Catalogue,
  sources: readonly Pick<Source, "id" | "provider">[],
): (image: KnownImage, provider: string) => string | null {
  const families = new Map<string, string | null>();
  const ofFamily = (family: string, provider: string): string | null => {
    const key = `${provider} ${family}`;
    const known = families.get(key);
    if (known !== undefined) return known;
    const ids = sources.filter((source) => source.provider === provider).map(({ id }) => id);
    const publisher = publisherOfFamily(catalogue, family, ids) ?? null;
    families.set(key, publisher);
    return publisher;
  };
  return ({ trust, name, imageId }, provider) => {
    if (trust !== "community" || name === imageId) return null;
    return ofFamily(familyNameOf(name, true), provider) ?? (provider === "ec2" ? ofBeginning(name) : null);
  };
}

function ofBeginning(name: string): string | null {
  const lower = name.toLowerCase();
  return WELL_KNOWN_NAMES.find(([begins]) => lower.startsWith(begins))?.[1] ?? null;
}
