import { BusyError } from "../errors.ts";
import type { SyncService } from "./sync-service.ts";

const RETRY_AFTER_S = 5;

/** The same for a node that only answers: neither a schedule nor a person starts anything here. */
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
