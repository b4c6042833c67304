/** A filter that an image passes when one of its values is one of those asked for. */
type ValueFilter = {
  /** The parameter, and the facet. */
  readonly name: string;
  /** The property of a query. */
  readonly property: string;
  /** The properties of a row that have the values. */
  readonly columns: readonly string[];
  /** Whether images are counted by it. */
  readonly isFacet: boolean;
  /** What the page calls it; null: the page has no such filter. */
  readonly title: string | null;
  /** For people who read the parameters. */
  readonly description: string;
} & (
  | {
      /** `words`: values without commas, so that several may be given with commas between them. `texts`: any values. */
      readonly holds: "words" | "texts";
      readonly examples: readonly string[];
    }
  | {
      /** `flag`: true or false. Otherwise the only values. */
      readonly holds: "flag" | readonly string[];
    }
);

export const TRUST_WORDS = ["self", "official", "verified", "community"] as const;
export const TRUST_MEANING =
  "who publishes the image: your own account (`self`), the maker of its software (`official`), a known publisher (`verified`), or anybody (`community`)";
export const STATE_WORDS = ["available", "pending", "disabled", "failed"] as const;

/**
 * What images may be filtered by, and counted by. Queries, rows, the index, facets, parameters, the command line and the page
 * follow from this table, in this order.
 */
export const VALUE_FILTERS = [
  {
    name: "architecture",
    property: "architecture",
    columns: ["architecture"],
    isFacet: true,
    holds: "words",
    title: "Architecture",
    description: "the architecture, in any spelling: `amd64` is `x86_64`, `aarch64` is `arm64`",
    examples: ["arm64"],
  },
  {
    name: "os",
    property: "os",
    columns: ["os"],
    isFacet: true,
    holds: "words",
    title: "Operating system",
    description: "the operating system: `ubuntu`, `rhel`, `amazon-linux`, `windows`",
    examples: ["ubuntu"],
  },
  {
    name: "os_version",
    property: "osVersion",
    columns: ["osVersion"],
    isFacet: true,
    holds: "words",
    title: "Version",
    description: "its version, such as `22.04` or `9.4`",
    examples: ["22.04"],
  },
  {
    name: "os_codename",
    property: "osCodename",
    columns: ["osCodename"],
    isFacet: true,
    holds: "words",
    title: "Codename",
    description: "the codename of its version",
    examples: ["jammy"],
  },
  {
    name: "owner",
    property: "owner",
    columns: ["ownerId", "ownerAlias", "publisher"],
    isFacet: false,
    holds: "texts",
    title: "Owner",
    description:
      "the owner's id or alias, or the name of a publisher; a name that no image has is refused with the nearest ones",
    examples: ["099720109477", "canonical"],
  },
  {
    name: "publisher",
    property: "publisher",
    columns: ["publisher"],
    isFacet: true,
    holds: "texts",
    title: "Publisher",
    description: "the name of a known publisher",
    examples: ["Canonical"],
  },
  {
    name: "trust",
    property: "trust",
    columns: ["trust"],
    isFacet: true,
    holds: TRUST_WORDS,
    title: "Trust",
    description: TRUST_MEANING,
  },
  {
    name: "visibility",
    property: "visibility",
    columns: ["visibility"],
    isFacet: true,
    holds: ["public", "private", "shared", "community"],
    title: "Visibility",
    description: "who else can use the image",
  },
  {
    name: "state",
    property: "state",
    columns: ["state"],
    isFacet: true,
    holds: STATE_WORDS,
    title: "State",
    description:
      "`available`: can be launched; `pending`: not yet; `disabled`: not until it is enabled again; `failed`: cannot be launched",
  },
  {
    name: "hidden",
    property: "hidden",
    columns: ["hidden"],
    isFacet: true,
    holds: "flag",
    title: null,
    description: "whether the cloud lists the image only for those who ask for hidden images",
  },
  {
    name: "platform",
    property: "platform",
    columns: ["platform"],
    isFacet: true,
    holds: "texts",
    title: "Platform, as the cloud says",
    description: "the operating system, as the cloud names it",
    examples: ["windows"],
  },
  {
    name: "root_device_type",
    property: "rootDeviceType",
    columns: ["rootDeviceType"],
    isFacet: true,
    holds: "words",
    title: "Root device",
    description: "where the root disk is, as the cloud names it",
    examples: ["ebs"],
  },
  {
    name: "virtualization_type",
    property: "virtualizationType",
    columns: ["virtualizationType"],
    isFacet: true,
    holds: "words",
    title: "Virtualization",
    description: "the virtualization, as the cloud names it",
    examples: ["hvm"],
  },
] as const satisfies readonly ValueFilter[];

export type FilterEntry = (typeof VALUE_FILTERS)[number];
export type ValueFilterName = FilterEntry["name"];
export type FilterProperty = FilterEntry["property"];
export type FilterColumn = FilterEntry["columns"][number];

/** A facet, by its parameter's name. */
export type Facet = Extract<FilterEntry, { readonly isFacet: true }>["name"];

/** What images are counted by, with the column that has the value. */
export const FACETS = VALUE_FILTERS.filter((filter) => filter.isFacet);
