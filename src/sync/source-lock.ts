import { lockFile } from "../catalogue/file/process-lock.ts";

/** Locks a source against every other sync of it, in this process or another; undefined when one is under way. */
export function lockSource(catalogueFile: string, sourceId: number): Disposable | undefined {
  return lockFile(`${catalogueFile}-sync-${sourceId}.lock`);
}
