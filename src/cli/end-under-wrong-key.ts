import { setTimeout as delay } from "node:timers/promises";
import type { App } from "../app.ts";
import { refuseWrongKey } from "../record/refuse-wrong-key.ts";

/** Deriving a key takes as long as many answers, so the first answers come before it. */
const CHECK_KEY_AFTER_MS = 1_000;

/** Rejects if the key opens none of the credentials; else never settles. */
export async function endUnderWrongKey({ catalogue, registrar }: App): Promise<never> {
  await delay(CHECK_KEY_AFTER_MS, undefined, { ref: false });
  refuseWrongKey(catalogue, registrar.box);
  return new Promise(() => undefined);
}
