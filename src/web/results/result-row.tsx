import type { JSX } from "preact";
import { ageOf, dayOf } from "../ages.ts";
import { Badges } from "../image/badges.tsx";
import { createdAt, systemOf } from "../image/facts.ts";
import { StarButton } from "../image/star-button.tsx";
import type { Entry } from "../server/answers.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, PageView } from "../view.ts";
import { Builds } from "./builds.tsx";
import { Highlight } from "./highlight.tsx";
import { ImageLink } from "./image-link.tsx";

interface ResultRowProps {
  readonly view: PageView;
  readonly term: string;
  readonly lead: Entry;
  readonly others: readonly Entry[];
  /** Whether it is the image that is open beside the list. */
  readonly isShown: boolean;
  /** Whether its other builds are shown. */
  readonly isExpanded: boolean;
  /** The title of its backend; null if it is obvious. */
  readonly backendTitle: string | null;
  onExpand(): void;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** A family by its leading build, and on demand its other builds. */
export function ResultRow(props: ResultRowProps): JSX.Element {
  const { view, term, lead, others, isShown, isExpanded, backendTitle, onExpand, onChange, onStar } = props;
  const image = { backend: lead.backend_id, id: lead.id };
  // A family whose name has no varying part has no other builds.
  const mayHaveOthers = others.length > 0 || lead.family?.includes("*") === true;
  return (
    <>
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
          aria-expanded={isExpanded}
          aria-label={`Other builds of ${lead.name}`}
          onClick={onExpand}
        >
          builds
          <span class="chevron" aria-hidden="true" />
        </button>
      )}
      {isExpanded && <Builds lead={lead} found={others} view={view} term={term} onChange={onChange} onStar={onStar} />}
    </>
  );
}

function Facts({
  entry,
  term,
  backendTitle,
}: Pick<ResultRowProps, "term" | "backendTitle"> & { entry: Entry }): JSX.Element {
  const created = createdAt(entry);
  const facts = [systemOf(entry), entry.architecture, entry.publisher, backendTitle].filter((fact) => fact !== null);
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
