import type { SyncOutcome, SyncProgress } from "./sync-source-options.ts";

/** How far a run is, or how it ended. */
export type SyncEvent = SyncProgress | { readonly runId: number; readonly outcome: SyncOutcome };

/** Who hears of syncs. */
export interface SyncListeners {
  add(listener: (event: SyncEvent) => void): Disposable;
  tell(event: SyncEvent): void;
}

export function createListeners(): SyncListeners {
  const listeners = new Set<(event: SyncEvent) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    tell(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
