import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ageOf, dayOf } from "../ages.ts";
import type { BackendJson, Entry, ImageRecordJson } from "../server/answers.ts";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { loadLater } from "../load-later.tsx";
import { visibleText } from "../../visible-text.ts";
import { imagePath, type ImageRef, linkTo, START } from "../view.ts";
import { Badges } from "./badges.tsx";
import { Copyable } from "./copyable.tsx";
import { ExtraTable } from "./extra-table.tsx";
import { systemOf } from "./facts.ts";
import { Snippets } from "./snippets.tsx";
import { StarButton } from "./star-button.tsx";

const ImageStory = loadLater(() => import("./image-story.tsx").then((part) => part.ImageStory));

interface ImagePaneProps {
  readonly image: ImageRef;
  /** The image's entry in the list, if it is there; shown until the server has answered. */
  readonly entry: Entry | null;
  readonly backends: readonly BackendJson[];
  readonly revision: number;
  readonly onStar: (image: ImageRef) => Promise<boolean | undefined>;
  readonly onOpen: (image: ImageRef) => void;
  onClose(): void;
}

/** Everything about one image. */
export function ImagePane(props: ImagePaneProps): JSX.Element {
  const { image, entry, backends, revision, onStar, onOpen, onClose } = props;
  const backend = backends.find(({ id }) => id === image.backend);
  const { record, problem, showStar } = useRecord(image, revision);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const known = record ?? entry;
  const toggle = (): void => void onStar(image).then((star) => star !== undefined && showStar(star));
  return (
    <aside class="image" aria-labelledby="image-title" data-image={image.id} data-backend={image.backend}>
      <div class="image-head">
        {known && <StarButton star={entry?.star ?? known.star} name={known.name} onToggle={toggle} />}
        <h2 id="image-title">
          <bdi>{known?.name ?? image.id}</bdi>
        </h2>
        <button ref={close} type="button" class="quiet close" aria-label="Close image" onClick={onClose}>
          ×
        </button>
      </div>
      {problem !== null && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {known && (
        <>
          <Badges image={known} />
          <Copyable title="Id" text={visibleText(known.id)} />
          {backend && <Snippets image={{ ...known, backend_id: image.backend }} backend={backend} />}
          <Facts known={known} record={record} backend={backend} />
          <ImageStory
            image={{ ...known, backend_id: image.backend }}
            backends={backends}
            revision={revision}
            onOpen={onOpen}
          />
          <section aria-labelledby="extra">
            <h3 id="extra">What the cloud says</h3>
            <ExtraTable extra={known.extra} />
          </section>
        </>
      )}
    </aside>
  );
}

function useRecord(
  image: ImageRef,
  revision: number,
): { record: ImageRecordJson | null; problem: string | null; showStar: (star: boolean) => void } {
  const server = useServer();
  const [record, setRecord] = useState<ImageRecordJson | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    server.get<ImageRecordJson>(imagePath(image), {}, asking.signal).then(
      ({ body }) => {
        setRecord(body);
        setProblem(null);
      },
      (error: unknown) => {
        if (!isAbort(error)) setProblem(messageOf(error));
      },
    );
    return () => asking.abort();
  }, [image.backend, image.id, revision]);
  return { record, problem, showStar: (star) => setRecord((before) => before && { ...before, star }) };
}

interface FactsProps {
  readonly known: Entry | ImageRecordJson;
  readonly record: ImageRecordJson | null;
  readonly backend: BackendJson | undefined;
}

function Facts({ known, record, backend }: FactsProps): JSX.Element {
  return (
    <dl class="facts-table">
      <Fact name="Publisher">
        <bdi>{known.publisher ?? "unknown"}</bdi>
      </Fact>
      {known.owner_id !== null && (
        <Fact name="Owner">
          <a href={linkTo({ ...START, filters: { owner: [known.owner_id] } })}>
            <bdi>{known.owner_id}</bdi>
          </a>
        </Fact>
      )}
      <Fact name="System">{systemOf(known) ?? "unknown"}</Fact>
      {known.architecture !== null && <Fact name="Architecture">{known.architecture}</Fact>}
      {known.created_at !== null && (
        <Fact name="Created">
          <Moment time={known.created_at} />
        </Fact>
      )}
      {known.deprecated_at !== null && (
        <Fact name={Date.parse(known.deprecated_at) > Date.now() ? "Deprecated from" : "Deprecated since"}>
          <Moment time={known.deprecated_at} />
        </Fact>
      )}
      {known.family !== null && (
        <Fact name="Family">
          <bdi>{known.family}</bdi>
        </Fact>
      )}
      {backend && (
        <Fact name="Backend">
          {backend.title}
          {backend.region !== null && ` (${backend.region})`}
        </Fact>
      )}
      {record && (
        <>
          <Fact name="First seen">
            <Moment time={record.first_seen} />
          </Fact>
          <Fact name="Last seen">
            <Moment time={record.last_seen} />
          </Fact>
          {record.retired_at !== null && (
            <Fact name="Retired">
              <Moment time={record.retired_at} />
            </Fact>
          )}
        </>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Moment({ time }: { time: string }): JSX.Element {
  return (
    <time dateTime={time} title={time}>
      {dayOf(time)} ({ageOf(time)})
    </time>
  );
}
