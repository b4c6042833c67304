import { commitFollowed, removeFollowed, removeSource } from "./commit-followed.ts";
import type { FollowedStage } from "./stage-followed.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { moveReplica } from "../file/replica.ts";
import { write } from "../file/write.ts";
import { applyChanges } from "../../record/postgres/apply-changes.ts";
import { applyDigests, applyJournal } from "../../record/postgres/local-rows.ts";
import type { RowChange } from "../../record/postgres/record-tables.ts";
import type { Position } from "../../record/postgres/write-changes.ts";

/** What a node's file lacks of one state of its record; images and journal wait in temporary tables. */
export interface FollowPlan {
  readonly at: Position;
  /** All but what refers to images by the cloud's id. */
  readonly changes: readonly RowChange[];
  readonly absent: readonly RowChange[];
  readonly removedSources: readonly number[];
  readonly removedImages: readonly { readonly sourceId: number; readonly imageIds: readonly string[] }[];
  readonly stages: readonly FollowedStage[];
  /** Whether digests alone wait as well. */
  readonly hasDigests: boolean;
  readonly journal: { readonly isWhole: boolean; readonly forgetBefore: string | null };
  /** What the record must count past, since this file had other rows under the same number. */
  readonly ahead: Ahead;
}

/** Numbers that answers of this node were named after, and that the record has for something else. */
export interface Ahead {
  readonly sources: readonly { readonly id: number; readonly revision: number }[];
  readonly stars: readonly { readonly id: string; readonly revision: number }[];
}

export const NOTHING_AHEAD: Ahead = { sources: [], stars: [] };

/** Makes it the file's, in one transaction: readers see the state before, or the one that was read of the record. */
export function applyPlan(catalogue: Catalogue, plan: FollowPlan, now: string): Promise<void> {
  const { sqlite } = catalogue;
  return write(catalogue, () => {
    for (const id of plan.removedSources) removeSource(sqlite, id);
    applyChanges(sqlite, plan.changes);
    for (const { sourceId, imageIds } of plan.removedImages) removeFollowed(sqlite, sourceId, imageIds);
    // The last one is where it is committed from; the others wait aside.
    for (const stage of plan.stages.toReversed()) commitFollowed(sqlite, stage, now);
    if (plan.hasDigests) applyDigests(sqlite);
    applyJournal(sqlite, plan.journal);
    applyChanges(sqlite, plan.absent);
    moveReplica(sqlite, { ...plan.at, contactAt: now });
  });
}
