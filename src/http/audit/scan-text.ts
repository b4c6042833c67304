import { findIds } from "./find-ids.ts";
import { findOpenLookups } from "./find-open-lookups.ts";
import { createLocator, type TextPlace } from "./locate.ts";
import type { OpenLookup } from "./open-lookup.ts";

/** An id in a text, at its first place. */
export interface FoundId extends TextPlace {
  readonly id: string;
  readonly isCertain: boolean;
}

export interface FoundLookup extends OpenLookup, TextPlace {}

/** The parts of a text that an audit judges. */
export interface ScannedText {
  readonly ids: readonly FoundId[];
  readonly lookups: readonly FoundLookup[];
  /** Whether there were more ids than the limit. */
  readonly isCut: boolean;
}

/** Finds the image ids of a text, each once, and the look-ups without an owner; at most so many ids. */
export function scanText(text: string, mostIds: number): ScannedText {
  const ids = new Map<string, FoundId>();
  const locate = createLocator(text);
  let isCut = false;
  for (const { id, offset, isCertain } of findIds(text)) {
    if (ids.has(id)) continue;
    if (ids.size >= mostIds) {
      isCut = true;
      break;
    }
    ids.set(id, { id, isCertain, ...locate(offset) });
  }
  const locateLookup = createLocator(text);
  const lookups = findOpenLookups(text).map((lookup) => ({ ...lookup, ...locateLookup(lookup.offset) }));
  return { ids: [...ids.values()], lookups, isCut };
}
