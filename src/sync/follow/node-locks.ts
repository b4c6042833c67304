import type { Leases } from "../../record/postgres/leases.ts";
import { lockSource, type SourceLocks } from "../source-lock.ts";

/**
 * Locks between nodes, and between the processes that share a node's file. `catchUp` brings the file up to what the one before has
 * written: a listing that began on older rows would be refused.
 */
export function createNodeLocks(file: string, leases: Leases, catchUp: () => Promise<void>): SourceLocks {
  const nameOf = (sourceId: number): string => `source ${sourceId}`;
  return {
    async take(sourceId) {
      const lock = lockSource(file, sourceId);
      if (!lock) return undefined;
      try {
        const lease = await leases.take(nameOf(sourceId));
        if (lease) return await lockBoth(lease, lock, catchUp);
      } catch (error) {
        lock[Symbol.dispose]();
        throw error;
      }
      lock[Symbol.dispose]();
      return undefined;
    },
    async isTaken(sourceId) {
      using lock = lockSource(file, sourceId);
      // Out of reach: nobody can tell whether it ended.
      return lock === undefined || (await leases.isTaken(nameOf(sourceId)).catch(() => true));
    },
  };
}

async function lockBoth(lease: Disposable, lock: Disposable, catchUp: () => Promise<void>): Promise<Disposable> {
  try {
    await catchUp();
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
  return {
    [Symbol.dispose]() {
      lease[Symbol.dispose]();
      lock[Symbol.dispose]();
    },
  };
}
