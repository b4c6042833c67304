import { z } from "zod";
import type { Backend } from "../../record/backends.ts";
import { isLaunchable } from "../../catalogue/read/launchable.ts";
import { tellsPublishers, type Trust } from "../../catalogue/facts/publishers.ts";
import type { ImageQuery } from "../../search/term/image-query.ts";
import type { ImageSearch } from "../../search/answer/search-images.ts";

/** The fields of an entry (`fields=extended`) that decide which one is taken. */
export const extendedEntry = z.looseObject({
  star: z.boolean(),
  id: z.string(),
  name: z.string(),
  extra: z.record(z.string(), z.unknown()),
  publisher: z.string().nullable(),
  trust: z.enum(["self", "official", "verified", "community"]),
  family: z.string().nullable(),
  state: z.enum(["available", "pending", "disabled", "failed"]),
  deprecated_at: z.string().nullable(),
});
export type ExtendedEntry = z.infer<typeof extendedEntry>;

const TRUSTED: readonly Trust[] = ["self", "official", "verified"];

/** Entries that are read at a time. */
const CHUNK = 200;

/**
 * The image to launch: the first match of a search for the newest builds that has a trusted publisher, can be launched and is
 * not deprecated. Stars do not matter. If the query asks for a trust, that one counts. Undefined if there is none.
 */
export async function findNewest(
  search: Pick<ImageSearch, "page">,
  backend: Backend,
  query: ImageQuery,
): Promise<ExtendedEntry | undefined> {
  const isAny = query.trust !== undefined || !tellsPublishers(backend.provider);
  const wanted = { ...query, latest: true, deprecated: false, ignoresStars: true };
  for (let offset = 0; ; offset += CHUNK) {
    const { total, body } = await search.page([backend], wanted, { limit: CHUNK, offset, extended: true });
    const entries = z.array(extendedEntry).parse(JSON.parse(body.toString()));
    const found = entries.find((entry) => (isAny || TRUSTED.includes(entry.trust)) && isLaunchable(entry.state));
    if (found || offset + CHUNK >= total) return found;
  }
}
