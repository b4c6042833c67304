import { BusyError } from "../errors.ts";
import type { SyncService } from "./sync-service.ts";

const RETRY_AFTER_S = 5;

/** The sync service of a node that only answers: neither the schedule nor a person can start a sync here. */
export function neverSync(sync: SyncService): SyncService {
  return {
    ...sync,
    isOff: true,
    start: () =>
      Promise.reject(
        new BusyError("this node does not sync (IMAGEDEX_SYNCS=false); ask a node that does", RETRY_AFTER_S),
      ),
    find: () => Promise.resolve(undefined),
  };
}
