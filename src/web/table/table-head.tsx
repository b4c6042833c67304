import type { JSX } from "preact";
import type { ChangeView } from "../use-view.ts";
import type { Sort, PageView } from "../view.ts";
import type { Column } from "./columns.tsx";

/** The columns that the server sorts by, with the orders that a click goes through before it is the usual one again. */
const ORDERS: Readonly<Record<string, readonly [first: Sort, second: Sort]>> = {
  name: ["name", "-name"],
  created: ["-created", "created"],
};

interface TableHeadProps {
  readonly view: PageView;
  readonly columns: readonly Column[];
  readonly onChange: ChangeView;
}

/** The names of the columns; those that the server can sort by are buttons. */
export function TableHead({ view, columns, onChange }: TableHeadProps): JSX.Element {
  const choose = (sort: Sort | null): void => onChange((before) => ({ ...before, sort }));
  return (
    <thead>
      <tr>
        {[{ name: "name", title: "Name" }, ...columns].map(({ name, title }) => {
          const orders = ORDERS[name];
          return (
            <th key={name} scope="col" class={`column-${name}`} {...(orders && { "aria-sort": sortedOf(view, name) })}>
              {orders ? (
                <button type="button" class="sort" onClick={() => choose(nextOf(view.sort, orders))}>
                  {title}
                  <span aria-hidden="true">{arrowOf(view, name)}</span>
                </button>
              ) : (
                title
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function nextOf(now: Sort | null, [first, second]: readonly [Sort, Sort]): Sort | null {
  return now === first ? second : now === second ? null : first;
}

function sortedOf({ sort }: PageView, name: string): "ascending" | "descending" | "none" {
  return sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
}

function arrowOf(view: PageView, name: string): string {
  return { ascending: " ↑", descending: " ↓", none: "" }[sortedOf(view, name)];
}
