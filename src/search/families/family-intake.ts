import { setImmediate as nextTurn } from "node:timers/promises";
import { isOpen } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { FamilyStore } from "./family-store.ts";

/** Adds waiting families to MiniSearch; lets other requests run in between. */
export interface FamilyIntake {
  /** Begins soon, if any are waiting. */
  begin(): void;
  /** Resolves when the families of these sources (by default all) are added. Rejects if the catalogue is closed. */
  finish(sourceIds?: ReadonlySet<number>): Promise<void>;
}

/** How long families wait, so that the first request after a start or commit need not wait for families of others. */
const BEGIN_AFTER_MS = 1_000;
/** How long families are added in one go. */
const TURN_MS = 4;

export function createFamilyIntake(catalogue: Catalogue, store: FamilyStore): FamilyIntake {
  let timer: NodeJS.Timeout | undefined;
  /** Resolves to false if the catalogue was closed meanwhile. */
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
