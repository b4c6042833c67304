/** A value that JSON can carry; `extra` is answered as it is stored. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Who may see an image, in the words of the clouds. */
export type Visibility = "public" | "private" | "shared" | "community";

/** `disabled`: cannot be launched, but can be switched on again. `failed`: cannot be launched for any other reason. */
export type ImageState = "available" | "pending" | "disabled" | "failed";

/**
 * What an image is, in words that are the same for every cloud. They come from the cloud's own fields, else from the names that
 * a known publisher gives its images; what is not known is null.
 */
export interface ImageFacts {
  /** `ubuntu`, `debian`, `rhel`, `amazon-linux`, `windows`. */
  readonly os: string | null;
  /** `22.04`, `9.4`, `2012 R2`. */
  readonly osVersion: string | null;
  /** `jammy`. */
  readonly osCodename: string | null;
  /** `x86_64`, `arm64`, `x86`, `arm`. */
  readonly architecture: string | null;
  readonly state: ImageState;
  /** The cloud offers it to those only who ask for hidden ones. */
  readonly hidden: boolean;
}

/**
 * An image of a cloud as its provider describes it: facts only. What follows from them
 * (publisher, family, whether it is the latest build) is derived in the catalogue.
 */
export interface MachineImage {
  /** The provider's own id, unique within a source: `ami-0abc…`, a UUID. */
  readonly id: string;
  /** Null when the cloud gave none; answers then show the id. */
  readonly name: string | null;
  readonly description: string | null;
  /** The account or project that owns the image. */
  readonly ownerId: string | null;
  /** The cloud's own word for the owner, such as EC2's `amazon` or `aws-marketplace`. */
  readonly ownerAlias: string | null;
  /** Platform or OS distribution: `windows`, `ubuntu`. */
  readonly platform: string | null;
  readonly architecture: string | null;
  readonly visibility: Visibility;
  /** Whether the account that lists the image owns it. Always false in a source that several accounts share. */
  readonly owned: boolean;
  /** ISO 8601, UTC, as the cloud says it; null when it does not. */
  readonly createdAt: string | null;
  /** When the image is or was deprecated (ISO 8601, UTC). */
  readonly deprecatedAt: string | null;
  /** Tag and metadata values: found by a search, though no field of their own. */
  readonly keywords: readonly string[];
  /** The answer's `extra`, under the names Apache Libcloud gives this provider's images. */
  readonly extra: { readonly [name: string]: JsonValue };
}
