import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RegionalImage } from "../server/answers.ts";
import { useServer } from "../server/use-server.ts";
import type { ImageRef } from "../view.ts";
import { visibleText } from "../../visible-text.ts";
import { CopyButton } from "./copy-button.tsx";

interface RegionsProps {
  readonly image: ImageRef;
  readonly revision: number;
  readonly onOpen: (image: ImageRef) => void;
}

/** The same image in other regions; nothing where there is none. */
export function Regions({ image, revision, onOpen }: RegionsProps): JSX.Element | null {
  const server = useServer();
  const [images, setImages] = useState<readonly RegionalImage[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    const path = `/images/${image.id.split("/").map(encodeURIComponent).join("/")}/regions`;
    server.get<RegionalImage[]>(path, {}, asking.signal).then(
      ({ body }) => setImages(body),
      () => setImages([]),
    );
    return () => asking.abort();
  }, [image.id, revision]);
  const others = images.filter(({ backend_id: backend, image_id: id }) => backend !== image.backend || id !== image.id);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="regions">
      <h3 id="regions">In other regions</h3>
      <ul class="regions">
        {others.map(({ backend_id: backend, region, image_id: id }) => (
          <li key={`${backend}/${id}`}>
            <span>{region ?? backend}</span>
            <button type="button" class="link" onClick={() => onOpen({ backend, id })}>
              <code>
                <bdi>{id}</bdi>
              </code>
            </button>
            <CopyButton text={visibleText(id)} label={`id ${id}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
