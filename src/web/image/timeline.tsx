import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ageOf, countOf, dayOf } from "../ages.ts";
import { familyKey, newestFirst } from "../results/fold-families.ts";
import { askForFamily, MOST_BUILDS } from "../results/use-search.ts";
import type { Entry } from "../server/answers.ts";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ImageRef } from "../view.ts";
import { createdAt } from "./facts.ts";

interface TimelineProps {
  readonly image: Entry;
  readonly revision: number;
  readonly onOpen: (image: ImageRef) => void;
}

/** The builds of an image's family over time; nothing for an image without a family. */
export function Timeline({ image, revision, onOpen }: TimelineProps): JSX.Element | null {
  const server = useServer();
  const [builds, setBuilds] = useState<readonly Entry[] | null>(null);
  const [isCut, setCut] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    askForFamily(server, image, asking.signal).then(
      (found) => {
        const key = familyKey(image);
        setBuilds(newestFirst(found.filter((entry) => familyKey(entry) === key)));
        setCut(found.length === MOST_BUILDS);
        setProblem(null);
      },
      (error: unknown) => {
        if (!isAbort(error)) setProblem(messageOf(error));
      },
    );
    return () => asking.abort();
  }, [image.backend_id, image.id, image.family, revision]);
  if (image.family === null) return null;
  const open = ({ id, backend_id: backend }: Entry): void => onOpen({ backend, id });
  return (
    <section aria-labelledby="builds">
      <h3 id="builds">Builds of this family</h3>
      {problem !== null && <p class="notice bad">{problem}</p>}
      {builds !== null && (
        <>
          <p class="hint">
            {isCut ? `The first ${MOST_BUILDS} builds` : countOf(builds.length, "build")} that are listed now
          </p>
          <Track builds={builds} shown={image.id} onOpen={open} />
          <Neighbours builds={builds} shown={image.id} onOpen={open} />
          {builds.length > 1 && (
            <details>
              <summary>All of them</summary>
              <ol class="all-builds">
                {builds.map((build) => (
                  <li key={build.id}>
                    <time>{dayText(build)}</time>
                    {build.id === image.id ? <span>this image</span> : <BuildLink build={build} onOpen={open} />}
                  </li>
                ))}
              </ol>
            </details>
          )}
        </>
      )}
    </section>
  );
}

interface BuildPointsProps {
  readonly builds: readonly Entry[];
  readonly shown: string;
  readonly onOpen: (build: Entry) => void;
}

/** Each build as a dot at its time. The list below says the same for keyboards and screen readers. */
function Track({ builds, shown, onOpen }: BuildPointsProps): JSX.Element | null {
  const dated = builds.flatMap((build) => {
    const at = createdAt(build);
    return at === null ? [] : [{ build, at: Date.parse(at) }];
  });
  const first = Math.min(...dated.map(({ at }) => at));
  const last = Math.max(...dated.map(({ at }) => at));
  if (dated.length < 2 || first === last) return null;
  const ends = [first, last].map((at) => dayOf(new Date(at).toISOString()));
  return (
    <div class="track" aria-hidden="true">
      {dated.map(({ build, at }) => (
        <button
          key={build.id}
          type="button"
          tabIndex={-1}
          class={dotOf(build, shown)}
          title={`${build.name}, ${dayText(build)}`}
          style={{ left: `${(100 * (at - first)) / (last - first)}%` }}
          onClick={() => onOpen(build)}
        />
      ))}
      <span>{ends[0]}</span>
      <span>{ends[1]}</span>
    </div>
  );
}

function dotOf({ id, deprecated_at: deprecated }: Entry, shown: string): string {
  const isDeprecated = deprecated !== null && Date.parse(deprecated) <= Date.now();
  return `dot-of-build${id === shown ? " here" : ""}${isDeprecated ? " deprecated" : ""}`;
}

/** The builds beside this one, and the newest. */
function Neighbours({ builds, shown, onOpen }: BuildPointsProps): JSX.Element | null {
  const at = builds.findIndex(({ id }) => id === shown);
  const near = [
    { title: "Newest", build: at === 1 ? undefined : builds[0] },
    { title: "Next newer", build: at > 0 ? builds[at - 1] : undefined },
    { title: "Next older", build: at >= 0 ? builds[at + 1] : undefined },
  ].flatMap(({ title, build }) => (build && build.id !== shown ? [{ title, build }] : []));
  if (near.length === 0) return null;
  return (
    <dl class="facts-table">
      {near.map(({ title, build }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <BuildLink build={build} onOpen={onOpen} /> {dayText(build)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function BuildLink({ build, onOpen }: { build: Entry; onOpen(build: Entry): void }): JSX.Element {
  return (
    <button type="button" class="link" onClick={() => onOpen(build)}>
      <code>
        <bdi>{build.id}</bdi>
      </code>
    </button>
  );
}

function dayText(build: Entry): string {
  const at = createdAt(build);
  return at === null ? "unknown day" : `${dayOf(at)} (${ageOf(at)})`;
}
