import { VALUE_FILTERS } from "../catalogue/facts/filter-table.ts";
import type { Query } from "./server/answers.ts";
import { searchOf } from "./server/search-of.ts";

/** Filters that are chosen from values with counts. */
export const FACETS = VALUE_FILTERS.filter((filter) => filter.isFacet && filter.title !== null);

/** Filters that are on or off. */
export const SWITCHES = [
  { name: "latest", value: "true", title: "Newest builds only" },
  { name: "starred", value: "true", title: "Starred only" },
  { name: "deprecated", value: "false", title: "Not deprecated" },
  { name: "partial", value: "true", title: "Show partial results" },
] as const;

/** Filters without counts: the regions are those of the backends, and only links set an owner. */
const UNCOUNTED = [
  { name: "region", title: "Region" },
  { name: "owner", title: "Owner" },
] as const;

export type FilterName =
  (typeof FACETS)[number]["name"] | (typeof SWITCHES)[number]["name"] | (typeof UNCOUNTED)[number]["name"];

/** Every filter, in the order in which those in force are named. */
export const FILTERS: readonly { readonly name: FilterName; readonly title: string }[] = [
  ...FACETS,
  ...UNCOUNTED,
  ...SWITCHES,
];
const SWITCH_NAMES: ReadonlySet<string> = new Set(SWITCHES.map(({ name }) => name));

/** By filter the values that are chosen; an image passes with any of them. */
export type ViewFilters = Readonly<Partial<Record<FilterName, readonly string[]>>>;

export interface ImageRef {
  readonly backend: string;
  readonly id: string;
}

/** What else the page shows, in place of images. */
export const SCREENS = [
  { name: "changes", title: "Changes" },
  { name: "audit", title: "Audit" },
  { name: "status", title: "Status" },
] as const;

export type ScreenName = (typeof SCREENS)[number]["name"];

/** The server's orders, besides best match first. */
export const SORTS = [
  { name: "-created", title: "Newest first" },
  { name: "created", title: "Oldest first" },
  { name: "name", title: "Name, A to Z" },
  { name: "-name", title: "Name, Z to A" },
] as const;

export type Sort = (typeof SORTS)[number]["name"];

/** Everything that a link restores: the search, how it is shown, and which image is open. */
export interface PageView {
  readonly term: string;
  /** A backend's id; null for all. */
  readonly backend: string | null;
  readonly filters: ViewFilters;
  /** Null for the best match first. */
  readonly sort: Sort | null;
  readonly layout: "list" | "table";
  /** The columns of the table; null for the usual ones. */
  readonly columns: readonly string[] | null;
  /** Null for the images. */
  readonly screen: ScreenName | null;
  readonly image: ImageRef | null;
}

/** The page as it opens. */
export const START: PageView = {
  term: "",
  backend: null,
  filters: {},
  sort: null,
  layout: "list",
  columns: null,
  screen: null,
  image: null,
};

/** Reads a link's query string; ignores what it does not know. */
export function readView(search: string): PageView {
  const query = new URLSearchParams(search);
  const filters = FILTERS.flatMap(({ name }) => {
    const values = [...new Set(query.getAll(name).filter((value) => value !== ""))];
    // A switch has one value.
    return values.length === 0 ? [] : [[name, SWITCH_NAMES.has(name) ? values.slice(0, 1) : values] as const];
  });
  const [backend, id] = [query.get("in"), query.get("image")];
  return {
    term: query.get("q") ?? "",
    backend: query.get("backend"),
    filters: Object.fromEntries(filters),
    sort: SORTS.find(({ name }) => name === query.get("sort"))?.name ?? null,
    layout: query.get("view") === "table" ? "table" : "list",
    columns: readColumns(query.get("columns")),
    screen: SCREENS.find(({ name }) => name === query.get("screen"))?.name ?? null,
    image: backend && id ? { backend, id } : null,
  };
}

/** The link to a view: a query string, or "/" for the plain page. */
export function linkTo({ term, backend, filters, sort, layout, columns, screen, image }: PageView): string {
  const query = searchOf({
    ...(screen !== null && { screen }),
    ...(term !== "" && { q: term }),
    ...(backend !== null && { backend }),
    ...filters,
    ...(sort !== null && { sort }),
    ...(layout === "table" && { view: layout }),
    ...(columns !== null && { columns: columns.join(",") }),
    ...(image && { in: image.backend, image: image.id }),
  });
  return query.size === 0 ? "/" : `/?${query.toString()}`;
}

/** A view's search as the server's parameters. */
export function queryOf({ term, filters, sort }: PageView): Query {
  return { ...(term.trim() !== "" && { search_term: term }), ...filters, ...(sort !== null && { sort }) };
}

/** Filters that changes cannot be searched by. */
const NOT_OF_CHANGES: ReadonlySet<FilterName> = new Set(["starred", "partial", "region"]);

/** Whether a filter applies to changes, too. */
export function isOfChanges(name: FilterName): boolean {
  return !NOT_OF_CHANGES.has(name);
}

/** A view's search as the parameters of changes and webhooks. */
export function changesQueryOf({ term, filters }: PageView): Query {
  const kept = FILTERS.flatMap(({ name }) => {
    const values = filters[name];
    return values === undefined || NOT_OF_CHANGES.has(name) ? [] : [[name, values] as const];
  });
  return { ...(term.trim() !== "" && { search_term: term }), ...Object.fromEntries(kept) };
}

/** Where a view's images are asked for. */
export function pathOf({ backend }: PageView, resource: "images" | "facets"): string {
  return backend === null ? `/${resource}` : `/backends/${encodeURIComponent(backend)}/${resource}`;
}

/** The address of one image. */
export function imagePath({ backend, id }: ImageRef): string {
  return `/backends/${encodeURIComponent(backend)}/images/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** The view with other values of one filter; with none the filter is lifted. */
export function withFilter(view: PageView, name: FilterName, values: readonly string[]): PageView {
  const { [name]: _, ...others } = view.filters;
  return { ...view, filters: values.length === 0 ? others : { ...others, [name]: values } };
}

/** The view with a value of a filter that was not chosen, or without one that was. */
export function toggleFilter(view: PageView, name: FilterName, value: string): PageView {
  const chosen = view.filters[name] ?? [];
  const others = chosen.filter((each) => !isSameValue(each, value));
  return withFilter(view, name, others.length < chosen.length ? others : [...chosen, value]);
}

/** The server compares values without regard to case. */
export function isSameValue(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** How many filters are active; "show partial results" does not count. */
export function countFilters({ filters }: PageView): number {
  return Object.keys(filters).filter((name) => name !== "partial").length;
}

/** Names separated by commas; empty if the table has only the column of names. */
function readColumns(text: string | null): readonly string[] | null {
  return text?.split(",").filter((name) => name !== "") ?? null;
}
