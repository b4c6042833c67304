import { canonicalArchitecture } from "../../providers/systems/architectures.ts";
import { fold } from "../../fold.ts";

/** A filter that an image passes when one of its values is one of those asked for. */
interface ValueFilter {
  /** The parameter, and the facet. */
  readonly name: string;
  /** The property of a query. */
  readonly property: string;
  /** The properties of a row that have the values. */
  readonly columns: readonly string[];
  /** Whether images are counted by it. */
  readonly isFacet: boolean;
}

/**
 * What images may be filtered by, and counted by. Queries, rows, the index, facets, parameters and the page follow from this
 * table; the words for people are in `http/reading/image-parameters.ts`, which does not compile without them.
 */
export const VALUE_FILTERS = [
  { name: "architecture", property: "architecture", columns: ["architecture"], isFacet: true },
  { name: "os", property: "os", columns: ["os"], isFacet: true },
  { name: "os_version", property: "osVersion", columns: ["osVersion"], isFacet: true },
  { name: "os_codename", property: "osCodename", columns: ["osCodename"], isFacet: true },
  { name: "owner", property: "owner", columns: ["ownerId", "ownerAlias", "publisher"], isFacet: false },
  { name: "platform", property: "platform", columns: ["platform"], isFacet: true },
  { name: "publisher", property: "publisher", columns: ["publisher"], isFacet: true },
  { name: "trust", property: "trust", columns: ["trust"], isFacet: true },
  { name: "visibility", property: "visibility", columns: ["visibility"], isFacet: true },
  { name: "state", property: "state", columns: ["state"], isFacet: true },
  { name: "hidden", property: "hidden", columns: ["hidden"], isFacet: true },
  { name: "root_device_type", property: "rootDevice", columns: ["rootDevice"], isFacet: true },
  { name: "virtualization_type", property: "virtualizationType", columns: ["virtualizationType"], isFacet: true },
] as const satisfies readonly ValueFilter[];

type FilterEntry = (typeof VALUE_FILTERS)[number];
export type ValueFilterName = FilterEntry["name"];
export type FilterProperty = FilterEntry["property"];
export type FilterColumn = FilterEntry["columns"][number];

/** A facet, by its parameter's name. */
export type Facet = Extract<FilterEntry, { readonly isFacet: true }>["name"];

/** What images are counted by, with the column that has the value. */
export const FACETS = VALUE_FILTERS.filter((filter) => filter.isFacet);

/** The values of a row that filters look at. */
export type FilterValues = Readonly<Record<FilterColumn, string | null>>;

/** What a query asks for: one value or several. */
export type AskedValues = { readonly [P in FilterProperty]?: string | readonly string[] | undefined };

/** A filter that is asked for, with its values as they are compared. */
export interface AskedFilter {
  readonly name: ValueFilterName;
  readonly columns: readonly FilterColumn[];
  readonly values: readonly string[];
}

/** The filters of a query. An architecture may be spelled in any way. */
export function askedFilters(query: AskedValues): AskedFilter[] {
  return VALUE_FILTERS.flatMap(({ name, property, columns }) => {
    const asked = query[property];
    if (asked === undefined) return [];
    const values = (typeof asked === "string" ? [asked] : asked).map(fold);
    return [
      { name, columns, values: name === "architecture" ? values.map((v) => canonicalArchitecture(v) ?? v) : values },
    ];
  });
}

/** Whether a row passes all of them. */
export function passesAll(row: FilterValues, asked: readonly AskedFilter[]): boolean {
  return asked.every(({ columns, values }) =>
    columns.some((column) => {
      const value = row[column];
      return value !== null && value !== "" && values.includes(fold(value));
    }),
  );
}
