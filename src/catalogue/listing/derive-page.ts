import type { MachineImage } from "../../image.ts";
import { boundTexts, isOversized, reduceImage } from "../facts/bound-image.ts";
import { columnsOf, digestOf, type ImageColumns } from "../facts/columns-of.ts";
import { withFingerprint } from "./known-items.ts";
import { createExtraSplitter, type SplitExtra } from "./shared-extra.ts";

/*
 * What a listing works out of its images before it looks at the catalogue: of values alone, so that any thread can do it.
 */

/** How many images came that were too large to be kept as they are. */
export interface ImageCuts {
  /** Over MOST_IMAGE_BYTES: a row that is there stays as it was, a new one has what the image is, without what it says. */
  oversized: number;
  /** Kept with shorter texts, which is what searches look into. */
  shortened: number;
}

export interface CutImage {
  /** What its digest is of: the image itself unless it is too large. */
  readonly whole: MachineImage;
  /** The same with texts of a bounded length. */
  readonly bounded: MachineImage;
  readonly isCut: boolean;
}

export function cutImage(image: MachineImage, cuts: ImageCuts): CutImage {
  const whole = isOversized(image) ? reduceImage(image) : image;
  const shortened = boundTexts(whole);
  const isOversize = whole !== image;
  if (isOversize) cuts.oversized++;
  if (shortened) cuts.shortened++;
  return { whole, bounded: shortened ?? whole, isCut: isOversize || shortened !== undefined };
}

/** An image as it is staged. */
export interface DerivedImage {
  readonly columns: ImageColumns;
  readonly extra: SplitExtra;
}

/** A page whose images are worked out. */
export interface DerivedPage {
  readonly images: readonly DerivedImage[];
  readonly cuts: ImageCuts;
}

/** Works out pages of a provider's images. `fingerprints`: what tells the items of images, by id. */
export function createPageDeriver(
  provider: string,
): (images: readonly MachineImage[], fingerprints?: ReadonlyMap<string, string>) => DerivedPage {
  const split = createExtraSplitter();
  return (images, fingerprints) => {
    const cuts: ImageCuts = { oversized: 0, shortened: 0 };
    const derived = images.map((image) => {
      const { whole, bounded, isCut } = cutImage(image, cuts);
      const stored = withFingerprint(digestOf(whole), isCut ? undefined : fingerprints?.get(image.id));
      return { columns: columnsOf(bounded, provider, stored), extra: split(bounded.extra) };
    });
    return { images: derived, cuts };
  };
}
