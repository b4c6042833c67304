import { z } from "zod";
import { type LookedUp, lookedUp, MOST_IDS } from "../../http/resources/lookup.ts";
import type { AskedApi } from "./asked-api.ts";

/** Looks up any number of ids; answers in their order. */
export type LookUp = (ids: readonly string[]) => Promise<LookedUp[]>;

/** Asks an API, as many ids at a time as it takes. */
export function lookUpAt(api: AskedApi): LookUp {
  return async (ids) => {
    const found: LookedUp[] = [];
    for (let at = 0; at < ids.length; at += MOST_IDS) {
      const { json } = await api.read("/images/lookup", { ids: ids.slice(at, at + MOST_IDS), regions: true });
      found.push(...z.array(lookedUp).parse(json));
    }
    return found;
  };
}
