import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { countOf } from "../ages.ts";
import { filterText } from "../filter-text.ts";
import type { Server } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ShownCatalogue } from "../use-catalogue.ts";
import type { ChangeView } from "../use-view.ts";
import { FILTERS, pathOf, queryOf, type PageView, withFilter } from "../view.ts";

interface NoMatchProps {
  readonly view: PageView;
  readonly catalogue: ShownCatalogue;
  readonly onChange: ChangeView;
}

/** A way to find something after all. */
interface WayOut {
  readonly title: string;
  readonly change: (view: PageView) => PageView;
}

/** If the filters leave nothing: shows them, and how many images each one hides. */
export function NoMatch({ view, catalogue, onChange }: NoMatchProps): JSX.Element | null {
  const server = useServer();
  const [counts, setCounts] = useState<readonly (number | null)[]>([]);
  const ways = waysOut(view, catalogue);
  useEffect(() => {
    const asking = new AbortController();
    void Promise.all(ways.map(({ change }) => countOfView(server, change(view), asking.signal))).then((read) => {
      if (!asking.signal.aborted) setCounts(read);
    });
    return () => asking.abort();
  }, []);
  // Removing one of several filters may not be enough.
  const useful = ways.map((way, at) => ({ ...way, count: counts[at] })).filter(({ count }) => count !== 0);
  if (useful.length === 0) return null;
  return (
    <div class="empty">
      <p>Other searches that may find something:</p>
      <ul class="ways">
        {useful.map(({ title, change, count }) => (
          <li key={title}>
            <button type="button" class="link" onClick={() => onChange(change)}>
              {title}
            </button>
            <span class="count">{typeof count === "number" ? countOf(count, "image") : ""}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function waysOut(view: PageView, { backends }: ShownCatalogue): WayOut[] {
  const active = FILTERS.flatMap(({ name }) =>
    name === "partial" || view.filters[name] === undefined ? [] : [{ name, values: view.filters[name] }],
  );
  const { partial } = view.filters;
  const clear: WayOut = {
    title: "Clear filters",
    change: (before) => ({ ...before, filters: partial ? { partial } : {} }),
  };
  const lifts = active.map(({ name, values }) => ({
    title: `Without ${values.map((value) => filterText(name, value)).join(" or ")}`,
    change: (before: PageView) => withFilter(before, name, []),
  }));
  const everywhere: WayOut = {
    title: "Search all backends",
    change: (before) => ({ ...before, backend: null, image: null }),
  };
  const isOneOfMany = view.backend !== null && (backends?.length ?? 0) > 1;
  return [
    ...(active.length > 0 ? [clear] : []),
    ...(active.length > 1 ? lifts : []),
    ...(isOneOfMany ? [everywhere] : []),
  ];
}

/** How many images a view would find; null if that is not certain. */
async function countOfView(server: Server, view: PageView, signal: AbortSignal): Promise<number | null> {
  try {
    const { headers } = await server.get(pathOf(view, "images"), { ...queryOf(view), limit: "1" }, signal);
    return Number(headers.get("X-Total-Count"));
  } catch {
    return null;
  }
}
