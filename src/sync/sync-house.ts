import { createLocalRecord } from "../record/record.ts";
import { createFileLocks, type SourceLocks } from "./source-lock.ts";
import type { ListingStore, RecordOf } from "./sync-source-options.ts";

/** The catalogue and the locks that a sync thread works with. */
export interface SyncHouse extends AsyncDisposable {
  readonly recordOf: RecordOf;
  readonly locks: SourceLocks;
  /** Absent: the file is the record. */
  readonly store: ListingStore | undefined;
}

/** The house of a server whose file is the record. */
export function openLocalHouse(file: string): SyncHouse {
  return {
    recordOf: createLocalRecord,
    locks: createFileLocks(file),
    store: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
