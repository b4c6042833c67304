/** A column that answers tell beside what the cloud says, under the same name. */
interface ToldColumn {
  readonly name: string;
  readonly kind: "text" | "flag" | "time";
  /** Whether it may be unknown. */
  readonly isNullable: boolean;
  /** For people who read the answers' descriptions. */
  readonly description: string;
}

/**
 * What the catalogue derives or knows in words that are the same for every cloud. Entries with `fields=extended` and single
 * images tell it, and so do their descriptions in OpenAPI.
 */
export const TOLD_COLUMNS = [
  {
    name: "os",
    kind: "text",
    isNullable: true,
    description: "the operating system, if known: the same word in every cloud",
  },
  { name: "os_version", kind: "text", isNullable: true, description: "its version, if known" },
  { name: "os_codename", kind: "text", isNullable: true, description: "the codename of its version, such as `jammy`" },
  {
    name: "architecture",
    kind: "text",
    isNullable: true,
    description: "the architecture: the same word in every cloud",
  },
  {
    name: "state",
    kind: "text",
    isNullable: false,
    description: "`available`, `pending`, `disabled` (can be enabled again) or `failed`",
  },
  {
    name: "hidden",
    kind: "flag",
    isNullable: false,
    description: "whether the cloud lists the image only for those who ask for hidden images",
  },
  { name: "owner_id", kind: "text", isNullable: true, description: "the account or project that owns the image" },
  { name: "created_at", kind: "time", isNullable: true, description: "when the image was created" },
] as const satisfies readonly ToldColumn[];

/** By name, as JSON has it. */
export type ToldFacts = Readonly<
  Record<"deprecated_at" | (typeof TOLD_COLUMNS)[number]["name"], string | boolean | null>
>;
