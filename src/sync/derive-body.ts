import { createPageDeriver, type DerivedPage } from "../catalogue/listing/derive-page.ts";
import type { RejectedItem } from "../providers/provider.ts";
import { findProvider } from "../providers/registry.ts";
import { dropLongIds } from "./drop-long-ids.ts";

/** What a page's body says, worked out. */
export interface DerivedBody {
  readonly derived: DerivedPage;
  readonly rejected: readonly RejectedItem[];
}

/** Reads bodies of a provider's pages. Throws where its pages cannot be read so, or this one cannot be read. */
export function createBodyDeriver(provider: string): (body: Uint8Array) => DerivedBody {
  const { readBody } = findProvider(provider);
  const derive = createPageDeriver(provider);
  return (body) => {
    if (!readBody) throw new Error(`pages of ${provider} have no bodies`);
    const { images, rejected, fingerprints } = dropLongIds(readBody(body));
    return { derived: derive(images, fingerprints), rejected };
  };
}
