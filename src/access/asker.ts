import type { Response } from "express";

/** Who sent a request, and what they may do and see. */
export interface Asker {
  /** `nobody`: no token is needed here. */
  readonly by: "nobody" | "token" | "session";
  readonly scope: "read" | "admin";
  /** The ids of the backends that they may see. */
  readonly backends: ReadonlySet<string> | "all";
  /** Undefined for nobody. */
  readonly tokenHash: Buffer | undefined;
  /** ISO 8601; undefined: never. */
  readonly expiresAt: string | undefined;
}

const askers = new WeakMap<Response, Asker>();

/** Stores who asks; `identify` calls it once for each request. */
export function setAsker(res: Response, asker: Asker): void {
  askers.set(res, asker);
}

/** Undefined for strangers, and before `identify` ran. */
export function findAsker(res: Response): Asker | undefined {
  return askers.get(res);
}

/** The asker, for answers behind `admit`. Throws if `identify` did not run, so that nothing is shown by mistake. */
export function askerOf(res: Response): Asker {
  const asker = askers.get(res);
  if (!asker) throw new Error("nobody found out who asks");
  return asker;
}
