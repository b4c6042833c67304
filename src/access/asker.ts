import type { Response } from "express";

/** Who asks, and what they may do and see. */
export interface Asker {
  /** `nobody`: no token is needed here. */
  readonly by: "nobody" | "token" | "session";
  readonly scope: "read" | "admin";
  /** The ids of the backends that exist for them. */
  readonly backends: ReadonlySet<string> | "all";
  /** Undefined for nobody. */
  readonly tokenHash: Buffer | undefined;
  /** ISO 8601; undefined: they may ask for ever. */
  readonly expiresAt: string | undefined;
}

const askers = new WeakMap<Response, Asker>();

/** Says who asks; once for each request, by who found out. */
export function setAsker(res: Response, asker: Asker): void {
  askers.set(res, asker);
}

/** Undefined for strangers, and before anybody found out. */
export function findAsker(res: Response): Asker | undefined {
  return askers.get(res);
}

/** For answers to who was let in. Throws where nobody found out who asks: without that nothing is shown. */
export function askerOf(res: Response): Asker {
  const asker = askers.get(res);
  if (!asker) throw new Error("nobody found out who asks");
  return asker;
}
