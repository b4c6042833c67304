import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ageOf, countOf, dayOf } from "../ages.ts";
import { Badges } from "../image/badges.tsx";
import { createdAt } from "../image/facts.ts";
import { StarButton } from "../image/star-button.tsx";
import type { Entry } from "../server/answers.ts";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ChangeView } from "../use-view.ts";
import type { ImageRef, PageView } from "../view.ts";
import { entryKey, familyKey, newestFirst } from "./fold-families.ts";
import { Highlight } from "./highlight.tsx";
import { ImageLink } from "./image-link.tsx";
import { askForFamily } from "./use-search.ts";

interface BuildsProps {
  readonly lead: Entry;
  /** Those that the search found; shown at once, and with their stars as they are now. */
  readonly found: readonly Entry[];
  readonly view: PageView;
  readonly term: string;
  readonly onChange: ChangeView;
  readonly onStar: (image: ImageRef) => unknown;
}

/** The other builds of a family, the newest first, found or not. */
export function Builds({ lead, found, view, term, onChange, onStar }: BuildsProps): JSX.Element {
  const server = useServer();
  const [family, setFamily] = useState<readonly Entry[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    askForFamily(server, lead, asking.signal).then(setFamily, (error: unknown) => {
      if (!isAbort(error)) setProblem(messageOf(error));
    });
    return () => asking.abort();
  }, [lead.id, lead.star]);
  const known = new Map([...(family ?? []), ...found].map((entry) => [entryKey(entry), entry]));
  known.delete(entryKey(lead));
  const builds = newestFirst([...known.values()].filter((entry) => familyKey(entry) === familyKey(lead)));
  return (
    <div class="builds">
      <p class="hint" role="status">
        {problem ?? (family === null ? "Looking for other builds…" : countOf(builds.length, "other build"))}
      </p>
      <ol>
        {builds.map((entry) => {
          const image = { backend: entry.backend_id, id: entry.id };
          const isShown = view.image?.id === entry.id && view.image.backend === entry.backend_id;
          const created = createdAt(entry);
          return (
            <li
              key={entry.id}
              class={isShown ? "build shown" : "build"}
              data-image={entry.id}
              data-backend={entry.backend_id}
            >
              <StarButton star={entry.star} name={entry.name} onToggle={() => onStar(image)} />
              <ImageLink view={view} image={image} isShown={isShown} onChange={onChange}>
                <Highlight text={entry.name} term={term} />
              </ImageLink>
              <Badges image={entry} isBuild />
              <code>
                <Highlight text={entry.id} term={term} />
              </code>
              {created !== null && (
                <time dateTime={created} title={ageOf(created)}>
                  {dayOf(created)}
                </time>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
