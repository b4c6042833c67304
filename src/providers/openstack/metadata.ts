import type { JsonValue, Visibility } from "../../image.ts";

/** An image's properties as its cloud or its owner set them: `os_distro`, `com.rackspace__1__options`. */
export type ImageMetadata = { readonly [name: string]: JsonValue };

/** What an image's properties say of it, under the names that OpenStack's services agree on. */
export interface MetadataFacts {
  readonly description: string | null;
  readonly platform: string | null;
  readonly architecture: string | null;
  readonly keywords: readonly string[];
}

export function readMetadata(metadata: ImageMetadata, tags: readonly string[] = []): MetadataFacts {
  const values = Object.values(metadata).filter((value) => value !== null);
  const words = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return {
    description: textOf(metadata["description"]),
    platform: textOf(metadata["os_distro"]) ?? textOf(metadata["os_type"]),
    architecture: textOf(metadata["architecture"]),
    keywords: [...new Set([...words, ...tags])].filter((word) => word !== ""),
  };
}

/** An image that nothing is said about counts as private. */
export function readVisibility(word: string | null | undefined): Visibility {
  return word === "public" || word === "shared" || word === "community" ? word : "private";
}

/** A point in time as ISO 8601 in UTC; null when it is none. A time without a zone is UTC, as all of OpenStack's. */
export function readTime(text: string | null | undefined): string | null {
  if (!text) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const time = new Date(zoned);
  if (Number.isNaN(time.getTime())) return null;
  return zoned.endsWith("Z") ? zoned : time.toISOString();
}

/** A property's text, null when it has none. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
