/** Somebody whose public images of a cloud are known to be theirs. */
export interface Publisher {
  /** What people call it. Searchable, so it names no system that only some of its images hold. */
  readonly name: string;
  /** `official`: the maker of what the images hold. `verified`: somebody known who builds upon it. */
  readonly trust: "official" | "verified";
  /** Where the accounts were published. */
  readonly source: string;
  /** Owners as the cloud names them. */
  readonly accounts: readonly string[];
  /** Instead of accounts: the cloud's own word for the owner, where the cloud alone gives it. */
  readonly alias?: string;
  /** Of owners that several publish from: only images whose name begins with one of these, in whatever case. */
  readonly namePrefixes?: readonly string[];
  /** What all its images are built for, where they hold a system that others are the makers of: `eks`. */
  readonly variant?: string;
}
