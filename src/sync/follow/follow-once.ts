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
}

/** Brings a node's file to the newest state of its record, in one transaction. Rejects when the record cannot be read. */
export async function followOnce(options: FollowOptions): Promise<Followed> {
  const { link, catalogue, isAudit = false, format, now } = options;
  const local = readReplica(catalogue);
  if (!local) throw new Error(`${catalogue.file} follows no record`);
  const newest = await readPosition(link);
  const isSame = newest.position === local.position && newest.token === local.token;
  if (isSame && newest.record === local.record && !isAudit) return { at: newest, took: "none" };
  const { plan, took } = await readRecord(link, async (snapshot) => {
    if (snapshot.record !== local.record) throw otherRecord(catalogue.file);
    const feed = isAudit || local.position === 0 ? undefined : await snapshot.changesSince(local);
    return feed
      ? { plan: await planChanges(catalogue, snapshot, feed), took: "changes" as const }
      : { plan: await planDifferences(catalogue, snapshot), took: "differences" as const };
  });
  await applyPlan(catalogue, plan, now());
  await countPast(link, plan.ahead, format);
  return { at: plan.at, took };
}

export function otherRecord(file: string): ConfigError {
  return new ConfigError(
    `IMAGEDEX_REPLICA: ${file} follows another record; delete it, or name another file: it is made anew from the record`,
  );
}
