import type { JSX } from "preact";
import { shellWord } from "../../providers/launch/snippet.ts";
import { CopyButton } from "../image/copy-button.tsx";
import { searchOf } from "../server/search-of.ts";
import { pathOf, queryOf, type View } from "../view.ts";

/** Ways to have the whole answer elsewhere. */
export function TakeAlong({ view, needsToken }: { view: View; needsToken: boolean }): JSX.Element {
  const search = searchOf(queryOf(view)).toString();
  const path = search === "" ? pathOf(view, "images") : `${pathOf(view, "images")}?${search}`;
  const token = needsToken ? ` -H "Authorization: Bearer $TOKEN"` : "";
  return (
    <span class="take-along">
      <a href={path} target="_blank" rel="noreferrer">
        All as JSON
      </a>
      <CopyButton text={`curl${token} ${shellWord(location.origin + path)}`} label="as curl" caption="Copy as curl" />
    </span>
  );
}
