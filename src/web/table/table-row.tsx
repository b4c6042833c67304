import type { JSX } from "preact";
import { Badges } from "../image/badges.tsx";
import { StarButton } from "../image/star-button.tsx";
import { Highlight } from "../results/highlight.tsx";
import { ImageLink } from "../results/image-link.tsx";
import type { Entry } from "../server/answers.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, PageView } from "../view.ts";
import type { CellContext, Column } from "./columns.tsx";

interface TableRowProps {
  readonly measure: (row: HTMLElement | null) => void;
  readonly index: number;
  readonly entry: Entry;
  readonly columns: readonly Column[];
  readonly context: CellContext;
  readonly view: PageView;
  readonly isShown: boolean;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** An image as a row of the table; its first cell names it and opens it. */
export function TableRow(props: TableRowProps): JSX.Element {
  const { measure, index, entry, columns, context, view, isShown, onChange, onStar } = props;
  const image = { backend: entry.backend_id, id: entry.id };
  return (
    <tr
      ref={measure}
      class={isShown ? "shown" : ""}
      aria-rowindex={index + 2}
      data-index={index}
      data-image={entry.id}
      data-backend={entry.backend_id}
    >
      <th scope="row">
        <span class="name-cell">
          <StarButton star={entry.star} name={entry.name} onToggle={() => onStar(image)} />
          <ImageLink view={view} image={image} isShown={isShown} onChange={onChange}>
            <Highlight text={entry.name} term={context.term} />
          </ImageLink>
          <Badges image={entry} isBuild />
        </span>
      </th>
      {columns.map((column) => (
        <td key={column.name}>{column.cell(entry, context)}</td>
      ))}
    </tr>
  );
}
