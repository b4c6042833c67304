/** All that a link restores. */
export interface ViewState {
  readonly term: string;
  /** "" for all backends. */
  readonly backend: string;
  /** By parameter of the search: `architecture`, `trust`, … */
  readonly filters: Readonly<Record<string, string>>;
  /** The image whose details are open: backend and id. */
  readonly open: { readonly backend: string; readonly id: string } | undefined;
}

/** Parameters of the search that the page lets choose, and what they are called. */
export const FILTERS: Readonly<Record<string, string>> = {
  architecture: "Architecture",
  platform: "Operating system",
  publisher: "Publisher",
  trust: "Trust",
  visibility: "Visibility",
  root_device_type: "Root device",
  latest: "Newest builds only",
  starred: "Starred only",
  deprecated: "Deprecated",
};

export function readView(query: string): ViewState {
  const given = new URLSearchParams(query);
  const [backend, id] = [given.get("in"), given.get("image")];
  return {
    term: given.get("q") ?? "",
    backend: given.get("backend") ?? "",
    filters: Object.fromEntries(
      Object.keys(FILTERS).flatMap((name) => {
        const value = given.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
    open: backend && id ? { backend, id } : undefined,
  };
}

export function writeView({ term, backend, filters, open }: ViewState): string {
  const query = new URLSearchParams({
    ...(term && { q: term }),
    ...(backend && { backend }),
    ...filters,
    ...(open && { in: open.backend, image: open.id }),
  }).toString();
  return query === "" ? "/" : `/?${query}`;
}

/** Path and query of the view's search; `facets` in place of `images` counts it. */
export function searchPath(
  { term, backend, filters }: ViewState,
  resource: string,
  more: Record<string, string>,
): string {
  const base = backend ? `/backends/${encodeURIComponent(backend)}/${resource}` : `/${resource}`;
  const query = new URLSearchParams({ ...(term.trim() && { search_term: term }), ...filters, ...more });
  return `${base}?${query.toString()}`;
}
