import type { JSX } from "preact";
import type { ChangeView } from "../use-view.ts";
import { type ImageRef, linkTo, type PageView } from "../view.ts";

interface ImageLinkProps {
  readonly view: PageView;
  readonly image: ImageRef;
  readonly isShown: boolean;
  readonly onChange: ChangeView;
  readonly children: JSX.Element | string;
}

/** A link that opens an image beside the list or, like any link, in a new tab. */
export function ImageLink({ view, image, isShown, onChange, children }: ImageLinkProps): JSX.Element {
  return (
    <a
      data-row
      class="image-name"
      href={linkTo({ ...view, image })}
      aria-current={isShown}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onChange((before) => ({ ...before, image }));
      }}
    >
      {children}
    </a>
  );
}
