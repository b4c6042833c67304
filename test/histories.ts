import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    histories?: { readonly seed: number; readonly factor: number };
  }
}

const SEED = 20_261_101;

/**
 * How many cases a property is tried with, and from which seed: always the same ones in `npm test`, more and others in
 * `npm run soak -- --histories`.
 */
export function histories(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  const given = inject("histories");
  return given ? { numRuns: numRuns * given.factor, seed: given.seed } : { numRuns, seed: SEED };
}
