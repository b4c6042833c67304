import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { visibleText } from "../../visible-text.ts";
import { dayOf } from "../ages.ts";
import type { BackendJson, RegionalImageJson } from "../server/answers.ts";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { ImageRef } from "../view.ts";
import { CopyButton } from "./copy-button.tsx";

interface RegionsProps {
  readonly image: ImageRef;
  /** The backends of all clouds; only those of the image's cloud are shown. */
  readonly backends: readonly BackendJson[];
  readonly revision: number;
  readonly onOpen: (image: ImageRef) => void;
}

/**
 * Shows where the same image is in the other backends of its cloud, and where it is not; nothing if there is only one backend.
 */
export function Regions({ image, backends, revision, onOpen }: RegionsProps): JSX.Element | null {
  const server = useServer();
  const [images, setImages] = useState<readonly RegionalImageJson[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    const path = `/images/${image.id.split("/").map(encodeURIComponent).join("/")}/regions`;
    server.get<RegionalImageJson[]>(path, { partial: "true" }, asking.signal).then(
      ({ body }) => {
        setImages(body);
        setProblem(null);
      },
      (error: unknown) => {
        if (!isAbort(error)) setProblem(messageOf(error));
      },
    );
    return () => asking.abort();
  }, [image.id, revision]);
  const places = placesOf(image, backends);
  if (places.length < 2 || (images === null && problem === null)) return null;
  return (
    <section aria-labelledby="regions">
      <h3 id="regions">The same image by region</h3>
      {problem !== null && <p class="notice bad">{problem}</p>}
      {images !== null && (
        <table class="regions">
          <thead>
            <tr>
              <th scope="col">Region</th>
              <th scope="col">Image</th>
              <th scope="col">Created</th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <Place
                key={place.name}
                place={place}
                image={image}
                found={images.find(({ backend_id: id }) => place.backends.some((backend) => backend.id === id))}
                onOpen={onOpen}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A region with its backends, which share the public images. */
interface RegionPlace {
  readonly name: string;
  readonly backends: readonly BackendJson[];
}

/** The regions of the image's cloud; a backend without a region is a place of its own. */
function placesOf(image: ImageRef, backends: readonly BackendJson[]): RegionPlace[] {
  const provider = backends.find(({ id }) => id === image.backend)?.provider;
  const ofCloud = backends.filter((backend) => backend.provider === provider);
  return [...Map.groupBy(ofCloud, ({ region, title }) => region ?? title)].map(([name, there]) => ({
    name,
    backends: there,
  }));
}

interface RegionPlaceProps extends Pick<RegionsProps, "image" | "onOpen"> {
  readonly place: RegionPlace;
  /** The newest that one of its backends has. */
  readonly found: RegionalImageJson | undefined;
}

function Place({ place, image, found, onOpen }: RegionPlaceProps): JSX.Element {
  const isHere = place.backends.some(({ id }) => id === image.backend);
  return (
    <tr>
      <th scope="row" title={place.backends.map(({ title }) => title).join(", ")}>
        {place.name}
      </th>
      {found ? (
        <>
          <td>
            {found.image_id === image.id && isHere ? (
              <span class="none">this image</span>
            ) : (
              <>
                <button
                  type="button"
                  class="link"
                  onClick={() => onOpen({ backend: found.backend_id, id: found.image_id })}
                >
                  <code>
                    <bdi>{found.image_id}</bdi>
                  </code>
                </button>{" "}
                <CopyButton text={visibleText(found.image_id)} label={`id ${found.image_id}`} />
              </>
            )}
          </td>
          <td>{found.created_at === null ? "unknown" : dayOf(found.created_at)}</td>
        </>
      ) : (
        <td colSpan={2} class="none">
          {isHere ? "this image" : absenceOf(place)}
        </td>
      )}
    </tr>
  );
}

/** "Unknown" if something is not listed, else "not there". */
function absenceOf({ backends }: RegionPlace): string {
  const isUnknown = backends.some(
    ({ state, last_sync: synced }) => synced === null || state === "new" || state === "partial",
  );
  if (isUnknown) return "unknown: not everything is listed";
  const stale = backends.find(({ state }) => state === "stale")?.last_sync;
  return stale ? `not there on ${dayOf(stale)}` : "not there";
}
