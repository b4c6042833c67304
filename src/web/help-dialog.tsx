import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

const TERMS: readonly (readonly [example: string, meaning: string])[] = [
  ["ubuntu arm64", "images with every word, each anywhere in a name, id, owner, description or tag"],
  ['"server 2022"', "the words together, as they are written"],
  ["jammy-*-arm64", "the pieces in this order, with anything between them"],
  ["ami-0abc123", "an image by its id, or by a part of it"],
];

const KEYS: readonly (readonly [key: string, meaning: string])[] = [
  ["/", "go to the search"],
  ["Enter", "in the search: add it to the browser's history; again: open the first image"],
  ["↓ ↑", "move among the images"],
  ["Home End", "go to the first or last image that is loaded"],
  ["s", "star the image"],
  ["Esc", "close the image or a menu, or empty the search"],
  ["?", "show this help"],
];

/** How to search, and the keys. */
export function HelpDialog({ onClose }: { onClose(): void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="backends help" aria-labelledby="help-title" onClose={onClose}>
      <div class="image-head">
        <h2 id="help-title">Help</h2>
        <button type="button" class="quiet close" aria-label="Close help" onClick={() => dialog.current?.close()}>
          ×
        </button>
      </div>
      <h3>Search</h3>
      <Explained rows={TERMS} term={(text) => <code>{text}</code>} />
      <h3>Keys</h3>
      <Explained rows={KEYS} term={(text) => text.split(" ").map((key) => <kbd key={key}>{key}</kbd>)} />
      <p class="hint">
        The <a href="/docs">documentation</a> describes the HTTP API, the command line and every setting.
      </p>
    </dialog>
  );
}

interface ExplainedProps {
  readonly rows: readonly (readonly [term: string, meaning: string])[];
  term(text: string): ComponentChildren;
}

function Explained({ rows, term }: ExplainedProps): JSX.Element {
  return (
    <dl class="explained">
      {rows.map(([text, meaning]) => (
        <div key={text}>
          <dt>{term(text)}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
