import type { Entry } from "../server/answers.ts";

export const CHANGE_KINDS = ["added", "changed", "retired", "returned"] as const;
export type ChangeKindJson = (typeof CHANGE_KINDS)[number];

/** The colours of badges, by what happened. */
export const KIND_CLASSES: Readonly<Record<ChangeKindJson, string>> = {
  added: "official",
  changed: "verified",
  retired: "retired",
  returned: "self",
};

/** What happened to an image, as `GET /backends/{id}/changes` tells of it. */
export interface ChangeJson {
  readonly id: number;
  readonly at: string;
  readonly kind: ChangeKindJson;
  /** Names of the changed fields; null for other kinds. */
  readonly fields: readonly string[] | null;
  /** As it is now. */
  readonly image: Pick<Entry, "id" | "name" | "extra">;
  readonly publisher: string | null;
  readonly trust: Entry["trust"];
}

export interface ChangesPageJson {
  readonly changes: readonly ChangeJson[];
  /** `before` of the next page; null on the last one. */
  readonly next: number | null;
}
