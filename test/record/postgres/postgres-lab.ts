import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalogue, openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { createLog } from "../../../src/log.ts";
import { openLink, type RecordLink } from "../../../src/record/postgres/connect.ts";
import { type OpenedRecord, openRecord } from "../../../src/record/postgres/open-record.ts";
import { openRecordWriter, type RecordWriter } from "../../../src/record/postgres/postgres-record.ts";
import { type FollowTuning, startFollower } from "../../../src/sync/follow/follower.ts";
import { openReplica } from "../../../src/sync/follow/open-replica.ts";

export const KEY = "a passphrase of the tests, long enough to be one";

/** A node without a server: a file that follows, and the record as it writes it. */
export interface BareNode extends AsyncDisposable {
  readonly url: string;
  readonly opened: OpenedRecord;
  readonly file: string;
  /** For reading, and for what a test changes behind the follower's back. */
  readonly catalogue: Catalogue;
  readonly record: RecordWriter;
  readonly link: RecordLink;
}

export interface NodeLabOptions {
  readonly tuning?: Partial<FollowTuning>;
  /** Of an earlier node, whose file it goes on with; by default a new one, which goes with the node. */
  readonly file?: string;
}

export async function openBareNode(url: string, { tuning, file: known }: NodeLabOptions = {}): Promise<BareNode> {
  const folder = known === undefined ? mkdtempSync(join(tmpdir(), "imagedex-node-")) : undefined;
  const file = known ?? join(folder ?? "", "replica.db");
  const opened = await openRecord(url, KEY);
  const { catalogue: own } = openReplica(file, opened.id);
  const now = (): string => new Date().toISOString();
  const log = createLog("silent");
  const follower = startFollower({ url, format: opened.format, catalogue: own, now, log, tuning });
  const catalogue = openCatalogue(file, { mustExist: true, replica: "own" });
  const link = openLink(url);
  const record = openRecordWriter({ link, file, format: opened.format });
  return {
    url,
    opened,
    file,
    catalogue,
    record,
    link,
    async [Symbol.asyncDispose]() {
      await record[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
      await follower[Symbol.asyncDispose]();
      for (const one of [catalogue, own]) one[Symbol.dispose]();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}
