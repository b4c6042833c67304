import type { JSX } from "preact";
import { CopyButton } from "./copy-button.tsx";

interface CopyableProps {
  readonly title: string;
  readonly text: string;
  /** Whether the text is hidden until asked for; it can be copied anyway. */
  readonly isFolded?: boolean;
}

/** A text to copy. */
export function Copyable({ title, text, isFolded = false }: CopyableProps): JSX.Element {
  const shown = (
    <pre tabIndex={0} aria-label={title}>
      {text}
    </pre>
  );
  return (
    <div class={isFolded ? "copyable folded" : "copyable"}>
      {isFolded ? (
        <details>
          <summary>{title}</summary>
          {shown}
        </details>
      ) : (
        <>
          <h3>{title}</h3>
          {shown}
        </>
      )}
      <CopyButton text={text} label={title} />
    </div>
  );
}
