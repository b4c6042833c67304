import { fold } from "../../fold.ts";
import { canonicalArchitecture } from "../../providers/systems/architectures.ts";
import { type FilterColumn, type FilterProperty, VALUE_FILTERS, type ValueFilterName } from "./filter-table.ts";

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
