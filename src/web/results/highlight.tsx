import type { JSX } from "preact";
import { cutAtMatches } from "./cut-at-matches.ts";

/** A text with the words of a search marked wherever they stand in it. */
export function Highlight({ text, term }: { text: string; term: string }): JSX.Element {
  const pieces = cutAtMatches(text, term);
  if (pieces.length === 1 && !pieces[0]?.isMatch) return <>{text}</>;
  return <>{pieces.map(({ text: piece, isMatch }) => (isMatch ? <mark>{piece}</mark> : piece))}</>;
}
