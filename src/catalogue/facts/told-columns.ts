/** A column that answers show beside `extra`, under the same name. */
interface ToldColumn {
  readonly name: string;
  readonly kind: "text" | "flag" | "time";
  /** Whether it may be unknown. */
  readonly isNullable: boolean;
  /** For people who read the answers' descriptions. */
  readonly description: string;
}

/**
 * The columns whose values mean the same in every cloud. Entries with `fields=extended` and single images show them, and OpenAPI
 * describes them.
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
