import type { ImageFacts } from "../../image.ts";
import { fold, wordsOf } from "../../fold.ts";
import { factSpellings } from "./fact-spellings.ts";

/** The spellings of facts, as searches compare them. */
export interface FoldedSpellings {
  /** Folded. */
  readonly texts: readonly string[];
  /** The same texts in one, to look for letters in all of them at once. */
  readonly joined: string;
  /** Their words; null between two texts. */
  readonly words: readonly (string | null)[];
}

export type Facts = Pick<ImageFacts, "os" | "osVersion" | "osCodename" | "architecture">;

/** A region has some hundreds of different facts. */
const KEPT = 5_000;
const kept = new Map<string, FoldedSpellings>();

/** The spellings of an image's facts, cached because many images share them. */
export function foldedSpellings({ os, osVersion, osCodename, architecture }: Facts): FoldedSpellings {
  const key = JSON.stringify([os, osVersion, osCodename, architecture]);
  const known = kept.get(key);
  if (known) return known;
  const texts = factSpellings({ os, osVersion, osCodename, architecture }).map(fold);
  const words = texts.flatMap((text, at) => (at === 0 ? wordsOf(text) : [null, ...wordsOf(text)]));
  const spelled = { texts, joined: texts.join("\n"), words };
  if (kept.size >= KEPT) kept.clear();
  kept.set(key, spelled);
  return spelled;
}
