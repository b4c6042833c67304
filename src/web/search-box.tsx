import type { JSX, RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { SearchResults } from "./results/use-search.ts";
import type { PageView } from "./view.ts";

interface SearchBoxProps {
  readonly box: RefObject<HTMLInputElement | null>;
  readonly view: PageView;
  readonly found: SearchResults | null;
  onTerm(term: string): void;
  /** Adds the typed term to the browser's history; false if nothing was typed. */
  readonly onKeep: () => boolean;
}

/** The box to search in. Enter keeps the search for Back, and again opens the first result; Down goes to it, Esc empties the box. */
export function SearchBox({ box, view, found, onTerm, onKeep }: SearchBoxProps): JSX.Element {
  useEffect(() => {
    // On a phone this would bring up the keyboard, and half of the page would be gone.
    if (matchMedia("(pointer: fine)").matches && view.image === null) box.current?.focus();
  }, []);
  const hear = (event: KeyboardEvent): void => {
    const first = document.querySelector<HTMLElement>(".results a[data-row]");
    if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Enter") {
      // Until the answer arrives, the first result belongs to the previous search.
      if (!onKeep() && found?.term === view.term) first?.click();
    } else if (event.key === "Escape" && view.term !== "") onTerm("");
    else return;
    event.preventDefault();
  };
  return (
    <form role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="visually-hidden" for="term">
        Search images by name, id, owner, description or tag
      </label>
      <input
        ref={box}
        id="term"
        type="search"
        placeholder='Search every image: ubuntu 24.04 arm64, ami-0abc…, "exact words"'
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="search"
        maxLength={1000}
        value={view.term}
        onInput={(event) => onTerm(event.currentTarget.value)}
        onKeyDown={hear}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
