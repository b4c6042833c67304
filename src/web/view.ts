import type { Query } from "./server/answers.ts";

/** Filters that are chosen from values with counts. Names are those of the server's parameters. */
export const FACETS = [
  { name: "architecture", title: "Architecture" },
  { name: "platform", title: "Operating system" },
  { name: "publisher", title: "Publisher" },
  { name: "trust", title: "Trust" },
  { name: "visibility", title: "Visibility" },
  { name: "root_device_type", title: "Root device" },
] as const;

/** Filters that are on or off. */
export const SWITCHES = [
  { name: "latest", value: "true", title: "Newest builds only" },
  { name: "starred", value: "true", title: "Starred only" },
  { name: "deprecated", value: "false", title: "Not deprecated" },
  { name: "partial", value: "true", title: "Show partial results" },
] as const;

export type FilterName = (typeof FACETS)[number]["name"] | (typeof SWITCHES)[number]["name"];
const FILTERS: readonly FilterName[] = [...FACETS, ...SWITCHES].map(({ name }) => name);

export interface ImageRef {
  readonly backend: string;
  readonly id: string;
}

/** All that a link restores: what is searched for, where, and which image is open. */
export interface View {
  readonly term: string;
  /** A backend's id; null for all. */
  readonly backend: string | null;
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
  readonly image: ImageRef | null;
}

/** Reads a link's query string; what it does not know it leaves alone. */
export function readView(search: string): View {
  const query = new URLSearchParams(search);
  const filters = FILTERS.flatMap((name) => {
    const value = query.get(name);
    return value ? [[name, value]] : [];
  });
  const [backend, id] = [query.get("in"), query.get("image")];
  return {
    term: query.get("q") ?? "",
    backend: query.get("backend"),
    filters: Object.fromEntries(filters),
    image: backend && id ? { backend, id } : null,
  };
}

/** The link to a view: a query string, or "/" for the plain page. */
export function linkTo({ term, backend, filters, image }: View): string {
  const query = new URLSearchParams({
    ...(term !== "" && { q: term }),
    ...(backend !== null && { backend }),
    ...filters,
    ...(image && { in: image.backend, image: image.id }),
  });
  return query.size === 0 ? "/" : `/?${query.toString()}`;
}

/** A view's search as the server's parameters. */
export function queryOf({ term, filters }: View): Query {
  return { ...(term.trim() !== "" && { search_term: term }), ...filters };
}

/** Where a view's images are asked for. */
export function pathOf({ backend }: View, resource: "images" | "facets"): string {
  return backend === null ? `/${resource}` : `/backends/${encodeURIComponent(backend)}/${resource}`;
}

/** The address of one image. */
export function imagePath({ backend, id }: ImageRef): string {
  return `/backends/${encodeURIComponent(backend)}/images/${id.split("/").map(encodeURIComponent).join("/")}`;
}

export function withFilter(view: View, name: FilterName, value: string | undefined): View {
  const { [name]: _, ...others } = view.filters;
  return { ...view, filters: value === undefined ? others : { ...others, [name]: value } };
}
