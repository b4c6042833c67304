import type { JSX } from "preact";
import { ageOf } from "../ages.ts";
import { TRUST } from "../image/badges.tsx";
import { Highlight } from "../results/highlight.tsx";
import { ImageLink } from "../results/image-link.tsx";
import type { ChangeView } from "../use-view.ts";
import type { PageView } from "../view.ts";
import { KIND_CLASSES } from "./answers.ts";
import type { PlacedChange } from "./merge-journals.ts";

interface ChangeRowProps {
  readonly change: PlacedChange;
  /** Null if it is obvious. */
  readonly backendTitle: string | null;
  readonly view: PageView;
  readonly onChange: ChangeView;
}

/** What happened to one image. */
export function ChangeRow({ change, backendTitle, view, onChange }: ChangeRowProps): JSX.Element {
  const { at, kind, fields, image, publisher, trust, backend } = change;
  const isShown = view.image?.id === image.id && view.image.backend === backend;
  return (
    <li class={isShown ? "change shown" : "change"} data-image={image.id} data-backend={backend}>
      <span class={`badge ${KIND_CLASSES[kind]}`}>{kind}</span>
      <div class="row-text">
        <ImageLink view={view} image={{ backend, id: image.id }} isShown={isShown} onChange={onChange}>
          <Highlight text={image.name} term={view.term} />
        </ImageLink>
        <p class="facts">
          {image.id !== image.name && (
            <code>
              <Highlight text={image.id} term={view.term} />
            </code>
          )}
          <span>{publisher ?? (TRUST[trust]?.label || trust)}</span>
          {backendTitle !== null && <bdi>{backendTitle}</bdi>}
          {fields !== null && <span>changed: {fields.join(", ") || "unknown fields"}</span>}
          <time dateTime={at} title={at}>
            {at.slice(11, 16)} UTC ({ageOf(at)})
          </time>
        </p>
      </div>
    </li>
  );
}
