import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { ImageRef } from "./view.ts";

/** Keys of the whole page: `/` to the search, `s` for the star of the image in focus, `?` for help, Esc one step back. */
export function usePageKeys(
  box: RefObject<HTMLInputElement | null>,
  closeImage: (() => void) | undefined,
  toggleStar: (image: ImageRef) => unknown,
  help: () => void,
): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.matches("input, select, textarea");
      if (isOthers(event)) return;
      if (event.key === "Escape" && closeImage) {
        closeImage();
        returnFocus(target);
      } else if (event.key === "Escape" && !isTyping) box.current?.focus();
      else if (isTyping) return;
      else if (event.key === "/") box.current?.select();
      else if (event.key === "?") help();
      else if (event.key === "s") starFocused(target, toggleStar);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
}

/** Whether a key is not for the page: a shortcut of the browser, or meant for a dialog. */
function isOthers({ target, defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isInDialog = target instanceof Element && target.closest("dialog") !== null;
  return defaultPrevented || ctrlKey || metaKey || altKey || isInDialog;
}

function starFocused(target: EventTarget | null, toggleStar: (image: ImageRef) => unknown): void {
  const image = target instanceof Element ? target.closest<HTMLElement>("[data-image]")?.dataset : undefined;
  if (image?.["backend"] && image["image"]) toggleStar({ backend: image["backend"], id: image["image"] });
}

/** From an image's pane back to the row that it was opened from. */
function returnFocus(target: EventTarget | null): void {
  const id = target instanceof Element ? target.closest<HTMLElement>("aside[data-image]")?.dataset["image"] : undefined;
  if (id !== undefined)
    document.querySelector<HTMLElement>(`main > section [data-image="${CSS.escape(id)}"] a`)?.focus();
}
