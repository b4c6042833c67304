import type { Architecture } from "./catalogue-image.ts";

/** What an image bills as: EC2's `PlatformDetails`, `UsageOperation` and `Platform`. */
export type Billing = "linux" | "windows" | "windows-sql" | "rhel" | "rhel-byol" | "suse";

/** How an image boots and stores, in the few forms that publishers use. */
export type Storage = "sda1" | "xvda" | "ubuntu" | "instance-store";

/** A release of a product, and when it had builds: `2022-04` to `2027-04`. */
export interface Release {
  readonly version: string;
  /** `{code}` in the series' templates: `jammy`. */
  readonly code?: string;
  readonly from: string;
  readonly to: string;
}

/**
 * A publisher's way to name its builds. Every release, variant and architecture of it is a family of builds.
 *
 * Templates know, for the family: `{version} {code} {variant} {arch}` (x86_64) `{amd}` (amd64) `{aarch}`
 * (aarch64) `{product}` (a UUID of its own); for the build: `{date}` (20240301, then 20240301.1) `{dashed}` `{dotted}`
 * `{stamp} {semver} {minor} {patch} {relisted} {revision} {serial} {hash} {uuid} {ami}`.
 */
export interface BuildSeries {
  readonly owner: string;
  readonly alias?: "amazon" | "aws-marketplace";
  readonly name: string;
  readonly description?: string;
  readonly releases: readonly Release[];
  readonly variants?: readonly string[];
  readonly architectures: readonly Architecture[];
  /** Builds a year of each family; what a region has room for is shared out in this proportion. */
  readonly pace: number;
  readonly billing?: Billing;
  readonly storage?: Storage;
  readonly paravirtual?: boolean;
  /** Root volume, GiB. */
  readonly size: number;
  /** From a build to its deprecation; without it, none. */
  readonly deprecatedAfterDays?: number;
}
