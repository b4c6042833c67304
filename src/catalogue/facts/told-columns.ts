/** A column that answers tell beside what the cloud says, under the same name. */
interface ToldColumn {
  readonly name: string;
  readonly kind: "text" | "flag" | "time";
  /** Whether it may be unknown. */
  readonly isNullable: boolean;
}

/**
 * What the catalogue derives or knows in words that are the same for every cloud. Entries with `fields=extended` and single
 * images tell it, and so do their descriptions in OpenAPI.
 */
export const TOLD_COLUMNS = [
  { name: "os", kind: "text", isNullable: true },
  { name: "os_version", kind: "text", isNullable: true },
  { name: "os_codename", kind: "text", isNullable: true },
  { name: "architecture", kind: "text", isNullable: true },
  { name: "state", kind: "text", isNullable: false },
  { name: "hidden", kind: "flag", isNullable: false },
  { name: "owner_id", kind: "text", isNullable: true },
  { name: "created_at", kind: "time", isNullable: true },
] as const satisfies readonly ToldColumn[];

/** By name, as JSON has it. */
export type ToldFacts = Readonly<
  Record<"deprecated_at" | (typeof TOLD_COLUMNS)[number]["name"], string | boolean | null>
>;
