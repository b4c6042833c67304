import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { shellWord } from "../../providers/launch/snippet.ts";
import { CopyButton } from "../image/copy-button.tsx";
import { NotifyDialog } from "../notify/notify-dialog.tsx";
import { searchOf } from "../server/search-of.ts";
import { usePermissions } from "../use-session.ts";
import { pathOf, queryOf, type PageView } from "../view.ts";
import { commandLineOf } from "./command-line-of.ts";

const FORMATS = [
  { name: "json", title: "All as JSON" },
  { name: "csv", title: "All as CSV" },
  { name: "ndjson", title: "All as NDJSON" },
] as const;

/** The menu to export the answer, or to be notified of changes. */
export function TakeAlong({ view, needsToken }: { view: PageView; needsToken: boolean }): JSX.Element {
  const { canWork } = usePermissions();
  const [isNotifying, setNotifying] = useState(false);
  const pathIn = (format: string): string => {
    const search = searchOf({ ...queryOf(view), ...(format !== "json" && { format }) }).toString();
    return search === "" ? pathOf(view, "images") : `${pathOf(view, "images")}?${search}`;
  };
  const token = needsToken ? ` -H "Authorization: Bearer $TOKEN"` : "";
  return (
    <>
      {FORMATS.map(({ name, title }) => (
        <a key={name} href={pathIn(name)} target="_blank" rel="noreferrer">
          {title}
        </a>
      ))}
      <CopyButton
        text={`curl${token} ${shellWord(location.origin + pathIn("json"))}`}
        label="as curl"
        caption="Copy as curl"
      />
      <CopyButton text={commandLineOf(view)} label="as command line" caption="Copy as command line" />
      {canWork && (
        <button type="button" onClick={() => setNotifying(true)}>
          Notify me of changes…
        </button>
      )}
      {isNotifying && <NotifyDialog view={view} onClose={() => setNotifying(false)} />}
    </>
  );
}
