import type { MachineImage } from "../image.ts";
import type { Publisher } from "./publisher.ts";
import type { SaidFacts } from "./systems/said-facts.ts";

/** What is known of a cloud's images beyond the fields that all clouds have. */
export interface CloudFacts {
  /** What the cloud's own fields say of an image. Absent where they do not say what an image is: folders of disks, registries. */
  readonly read?: (image: MachineImage) => SaidFacts;
  /**
   * What a search finds of an image's `extra`: where its disk lies and what it was made of, its formats, the cloud's words for its
   * system. `*` stands for every item of a list. What the adapter gives as keywords already is not repeated.
   */
  readonly searched: readonly string[];
  /** Known publishers, by the cloud's owner ids and words for owners. */
  readonly publishers?: readonly Publisher[];
  /** Whether owner ids name `publishers` for shared and private images too. Elsewhere only a public image has a publisher. */
  readonly publishersOfPrivate?: boolean;
  /** Who publishes a public image that none of `publishers` does. */
  readonly publicImages: "operator" | "anybody" | ((image: OwnedImage) => PublishedBy);
}

/** What tells whose an image is. */
export type OwnedImage = Pick<MachineImage, "ownerId" | "ownerAlias">;

/** Who published an image; `name` is null for the cloud's operator, and for anybody. */
export interface PublishedBy {
  readonly name: string | null;
  readonly trust: Publisher["trust"] | "community";
}

/** The cloud's operator, who is known and goes without a name. */
export const OPERATOR: PublishedBy = { name: null, trust: "verified" };

/** Nobody known. */
export const ANYBODY: PublishedBy = { name: null, trust: "community" };
