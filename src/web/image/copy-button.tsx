import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How long "copied" is shown. */
const SHOWN_MS = 1_500;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied. */
  readonly label: string;
  readonly caption?: string;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label, caption = "Copy" }: CopyButtonProps): JSX.Element {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => setState("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    copyText(text).then(
      () => setState("copied"),
      () => setState("failed"),
    );
  };
  return (
    <button type="button" class="copy" aria-label={`Copy ${label}`} onClick={copy}>
      <span role="status">{{ idle: caption, copied: "Copied", failed: "Not copied" }[state]}</span>
    </button>
  );
}

/** Over plain http to another machine there is no clipboard API, but a selection can still be copied. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (!isCopied) throw new Error("the browser does not allow copying");
}
