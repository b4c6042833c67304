import type { JSX } from "preact";
import type { BackendJson, Entry } from "../server/answers.ts";
import type { ImageRef } from "../view.ts";
import { History } from "./history.tsx";
import { Regions } from "./regions.tsx";
import { Timeline } from "./timeline.tsx";

interface ImageStoryProps {
  readonly image: Entry;
  readonly backends: readonly BackendJson[];
  readonly revision: number;
  readonly onOpen: (image: ImageRef) => void;
}

/** An image's other builds, its other regions and its past. */
export function ImageStory({ image, backends, revision, onOpen }: ImageStoryProps): JSX.Element {
  const ref = { backend: image.backend_id, id: image.id };
  return (
    <>
      <Timeline image={image} revision={revision} onOpen={onOpen} />
      <Regions image={ref} backends={backends} revision={revision} onOpen={onOpen} />
      <History image={ref} revision={revision} />
    </>
  );
}
