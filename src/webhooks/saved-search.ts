import { CHANGE_KINDS, type ChangeKind } from "../catalogue/read/read-changes.ts";
import type { Webhook } from "../record/webhooks.ts";
import type { ImageQuery } from "../search/term/image-query.ts";

/** Which changes a webhook sends. */
export interface SavedSearch {
  readonly query: ImageQuery;
  readonly kinds: ReadonlySet<ChangeKind>;
}

export function readSavedSearch({ search, kinds }: Pick<Webhook, "search" | "kinds">): SavedSearch {
  const query: ImageQuery = JSON.parse(search);
  const names: readonly string[] = JSON.parse(kinds);
  return { query, kinds: new Set(CHANGE_KINDS.filter((kind) => names.includes(kind))) };
}

export function writeSavedSearch({ query, kinds }: SavedSearch): Pick<Webhook, "search" | "kinds"> {
  return { search: JSON.stringify(query), kinds: JSON.stringify([...kinds]) };
}
