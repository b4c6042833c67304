import { lockFile } from "../catalogue/file/process-lock.ts";

/** Locks on sources while they are synced. */
export interface SourceLocks {
  /** Locks a source against every other sync of it; undefined when one is under way. */
  take(sourceId: number): Promise<Disposable | undefined>;
  /** Whether a sync of it is under way, here or elsewhere. */
  isTaken(sourceId: number): Promise<boolean>;
}

/** Locks a source against every other sync of it, in this process or another; undefined when one is under way. */
export function lockSource(catalogueFile: string, sourceId: number): Disposable | undefined {
  return lockFile(`${catalogueFile}-sync-${sourceId}.lock`);
}

/** Locks between the processes that share a file. */
export function createFileLocks(catalogueFile: string): SourceLocks {
  const take = async (sourceId: number): Promise<Disposable | undefined> => lockSource(catalogueFile, sourceId);
  return {
    take,
    async isTaken(sourceId) {
      using lock = await take(sourceId);
      return lock === undefined;
    },
  };
}
