import type { Lease, Leases } from "../../record/postgres/leases.ts";

/** Whether it is this node's turn to do the work that one node does for all. */
export interface LeaseTurn extends AsyncDisposable {
  /** Whether it has the lease; if not, it tries to get it. */
  isOurs(): boolean;
  isHeld(): boolean;
}

const TRY_EVERY_MS = 2_000;

export function createLeaseTurn(leases: Leases, name: string): LeaseTurn {
  let lease: Lease | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let trying: Promise<void> | undefined;
  let isEnded = false;
  const isHeld = (): boolean => lease?.isHeld() ?? false;
  const tryAgain = async (): Promise<void> => {
    lease?.[Symbol.dispose]();
    lease = undefined;
    lease = await leases.take(name).catch(() => undefined);
    if (isEnded) lease?.[Symbol.dispose]();
  };
  return {
    isHeld,
    isOurs() {
      if (!isHeld() && !isEnded && !trying && performance.now() - triedAt > TRY_EVERY_MS) {
        triedAt = performance.now();
        trying = tryAgain().finally(() => (trying = undefined));
      }
      return isHeld();
    },
    async [Symbol.asyncDispose]() {
      isEnded = true;
      await trying;
      lease?.[Symbol.dispose]();
    },
  };
}
