import { setImmediate as nextTurn } from "node:timers/promises";
import { isOpen } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { FamilyStore } from "./family-store.ts";

/** Takes families that wait into MiniSearch's index; other requests have their turn in between. */
export interface FamilyIntake {
  /** Begins soon, where there are any that wait. */
  begin(): void;
  /** Resolves when those of these sources (by default all) are taken in. Rejects when the catalogue is closed. */
  finish(sourceIds?: ReadonlySet<number>): Promise<void>;
}

/** Families wait so long, so that who asks first after a start or commit need not wait for other families than theirs. */
const BEGIN_AFTER_MS = 1_000;
/** They are taken in for so long at a time. */
const TURN_MS = 4;

export function createFamilyIntake(catalogue: Catalogue, store: FamilyStore): FamilyIntake {
  let timer: NodeJS.Timeout | undefined;
  /** Whether all are taken in; false when the catalogue was closed meanwhile. */
  const takeIn = async (sourceIds?: ReadonlySet<number>): Promise<boolean> => {
    const steps = store.takeIn(sourceIds);
    for (let until = performance.now() + TURN_MS; !steps.next().done;) {
      if (performance.now() < until) continue;
      await nextTurn();
      if (!isOpen(catalogue)) return false;
      until = performance.now() + TURN_MS;
    }
    return true;
  };
  return {
    begin() {
      if (store.waiting.size === 0) return;
      timer ??= setTimeout(() => void takeIn().finally(() => (timer = undefined)), BEGIN_AFTER_MS).unref();
    },
    async finish(sourceIds) {
      if (!(await takeIn(sourceIds))) throw new Error("the catalogue is closed");
    },
  };
}
