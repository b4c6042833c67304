import type { JSX } from "preact";

/** A text with the words of a term marked. */
export function Highlighted({ text, term }: { readonly text: string; readonly term: string }): JSX.Element {
  const words = [...term.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
  if (words.length === 0) return <>{text}</>;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return (
    <>
      {text
        .split(new RegExp(`(${pattern})`, "giu"))
        .map((piece, at) => (at % 2 === 1 ? <mark key={at}>{piece}</mark> : piece))}
    </>
  );
}
