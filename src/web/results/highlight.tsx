import type { JSX } from "preact";
import { cutAtMatches } from "./cut-at-matches.ts";

/** A text with the words of a search marked wherever they stand in it; its direction of writing is its own. */
export function Highlight({ text, term }: { text: string; term: string }): JSX.Element {
  const pieces = cutAtMatches(text, term);
  if (pieces.length === 1 && !pieces[0]?.isMatch) return <bdi>{text}</bdi>;
  return <bdi>{pieces.map(({ text: piece, isMatch }) => (isMatch ? <mark>{piece}</mark> : piece))}</bdi>;
}
