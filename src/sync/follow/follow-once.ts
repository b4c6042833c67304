import { readReplica } from "../../catalogue/file/replica.ts";
import { applyPlan } from "../../catalogue/listing/follow-plan.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { ConfigError } from "../../errors.ts";
import type { RecordLink } from "../../record/postgres/connect.ts";
import { countPast } from "../../record/postgres/count-past.ts";
import { readPosition, readRecord } from "../../record/postgres/read-record.ts";
import type { Position } from "../../record/postgres/write-changes.ts";
import { planChanges } from "./plan-changes.ts";
import { planDifferences } from "./plan-differences.ts";

/** The result of one look at the record. */
export interface Followed {
  readonly at: Position;
  /** `none`: the file was as new already; `changes`: what was committed since; `differences`: file and record were compared. */
  readonly took: "none" | "changes" | "differences";
  /** Whether images came, which may have made the file's log large. */
  readonly hasImages: boolean;
}

export interface FollowOptions {
  readonly link: RecordLink;
  /** A connection of the follower's own. */
  readonly catalogue: Catalogue;
  /** The newest format of the record that this release knows. */
  readonly format: number;
  readonly now: () => string;
  /** Compare file and record, though the record knows the file's position. */
  readonly isAudit?: boolean;
  /** The record has told of a commit: it need not be asked first whether there was one. */
  readonly isTold?: boolean;
}

/** Brings a node's file to the newest state of its record, in one transaction. Rejects when the record cannot be read. */
export async function followOnce(options: FollowOptions): Promise<Followed> {
  const { link, catalogue, isAudit = false, isTold = false, format, now } = options;
  const local = readReplica(catalogue);
  if (!local) throw new Error(`${catalogue.file} follows no record`);
  const isAt = (one: Position & { readonly record: string }): boolean =>
    one.record === local.record && one.position === local.position && one.token === local.token;
  if (!isTold && !isAudit) {
    const newest = await readPosition(link);
    if (isAt(newest)) return { at: newest, took: "none", hasImages: false };
  }
  const from = isAudit || local.position === 0 ? undefined : local;
  const { plan, took } = await readRecord(link, from, async (snapshot) => {
    const { record, at, changes } = snapshot;
    if (record !== local.record) throw otherRecord(catalogue.file);
    if (!isAudit && isAt({ record, ...at })) return { took: "none" as const, plan: { at, stages: [] } };
    return changes
      ? { plan: await planChanges(catalogue, snapshot, changes), took: "changes" as const }
      : { plan: await planDifferences(catalogue, snapshot), took: "differences" as const };
  });
  if (took !== "none") {
    await applyPlan(catalogue, plan, now());
    await countPast(link, plan.ahead, format);
  }
  return { at: plan.at, took, hasImages: plan.stages.length > 0 };
}

export function otherRecord(file: string): ConfigError {
  return new ConfigError(
    `IMAGEDEX_REPLICA: ${file} follows another record; delete it, or name another file: it is made anew from the record`,
  );
}
