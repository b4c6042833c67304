import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** Copies a text, and says so for a moment. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }): JSX.Element {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("copied");
    } catch {
      setSaid("not allowed here");
    }
    setTimeout(() => setSaid(""), 1500);
  };
  return (
    <button type="button" title={text} onClick={() => void copy()}>
      {said ? `${label}: ${said}` : label}
    </button>
  );
}
