import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ageOf, dayOf } from "../ages.ts";
import { Badges } from "../image/badges.tsx";
import { createdAt, systemOf } from "../image/facts.ts";
import { StarButton } from "../image/star-button.tsx";
import type { Entry } from "../server/answers.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, View } from "../view.ts";
import { Builds } from "./builds.tsx";
import { Highlight } from "./highlight.tsx";
import { ImageLink } from "./image-link.tsx";

interface ResultRowProps {
  readonly view: View;
  readonly term: string;
  readonly lead: Entry;
  readonly others: readonly Entry[];
  /** Whose image it is; null where that goes without saying. */
  readonly backendTitle: string | null;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** A family by its leading build, and on demand its other builds. */
export function ResultRow(props: ResultRowProps): JSX.Element {
  const { view, term, lead, others, backendTitle, onChange, onStar } = props;
  const [isOpen, setOpen] = useState(false);
  const image = { backend: lead.backend_id, id: lead.id };
  const isShown = view.image?.id === lead.id && view.image.backend === lead.backend_id;
  // A name without anything that varies has no other builds.
  const mayHaveOthers = others.length > 0 || lead.family?.includes("*") === true;
  return (
    <li class={isShown ? "row shown" : "row"} data-image={lead.id} data-backend={lead.backend_id}>
      <StarButton star={lead.star} name={lead.name} onToggle={() => onStar(image)} />
      <div class="row-text">
        <div class="row-head">
          <ImageLink view={view} image={image} isShown={isShown} onChange={onChange}>
            <Highlight text={lead.name} term={term} />
          </ImageLink>
          <Badges image={lead} />
        </div>
        <Facts entry={lead} term={term} backendTitle={backendTitle} />
      </div>
      {mayHaveOthers && (
        <button
          type="button"
          class="expand quiet"
          aria-expanded={isOpen}
          aria-label={`Other builds of ${lead.name}`}
          onClick={() => setOpen(!isOpen)}
        >
          builds
          <span class="chevron" aria-hidden="true" />
        </button>
      )}
      {isOpen && <Builds lead={lead} found={others} view={view} term={term} onChange={onChange} onStar={onStar} />}
    </li>
  );
}

function Facts({
  entry,
  term,
  backendTitle,
}: Pick<ResultRowProps, "term" | "backendTitle"> & { entry: Entry }): JSX.Element {
  const created = createdAt(entry);
  const facts = [entry.publisher, entry.architecture, systemOf(entry), backendTitle].filter((fact) => fact !== null);
  return (
    <p class="facts">
      {entry.id !== entry.name && (
        <code>
          <Highlight text={entry.id} term={term} />
        </code>
      )}
      {facts.map((fact) => (
        <span key={fact}>
          <Highlight text={fact} term={term} />
        </span>
      ))}
      {created !== null && (
        <time dateTime={created} title={created}>
          {dayOf(created)} ({ageOf(created)})
        </time>
      )}
    </p>
  );
}
