import type { ChangeRow } from "../../catalogue/read/read-changes.ts";

/** A change as answers and webhooks show it. */
export function shownChange(change: ChangeRow): object {
  return {
    id: change.changeId,
    at: change.at,
    kind: change.kind,
    fields: change.fields === null ? null : JSON.parse(change.fields),
    image: { id: change.imageId, name: change.name, extra: JSON.parse(change.extra) },
    publisher: change.publisher,
    trust: change.trust,
  };
}
