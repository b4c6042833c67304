import type { Trust } from "./publishers.ts";

/** What an image's place depends on before its age does, whatever was asked. */
export interface StandingSource {
  readonly trust: Trust;
  /** Whether it can be started, is not deprecated and not hidden. */
  readonly isOffered: boolean;
  /** See variantOf. */
  readonly variant: string | null;
  /** Whether it is the newest build of its family. */
  readonly latest: boolean;
}

const TRUSTS: readonly Trust[] = ["community", "verified", "official", "self"];
/** Plain, of one special kind, of two, of more. */
const SPECIAL_DEGREES = 4;

/** Standings are whole numbers from 0 to this. */
export const BEST_STANDING = TRUSTS.length * 2 * SPECIAL_DEGREES * 2 - 1;

/**
 * The higher, the earlier in answers: own, then official publishers, verified ones, unknown ones; offered before withdrawn;
 * plain before special; the newest build of a family before its older ones.
 */
export function standingOf({ trust, isOffered, variant, latest }: StandingSource): number {
  const degree = Math.min(SPECIAL_DEGREES - 1, variant === null ? 0 : variant.split(" ").length);
  const plainness = SPECIAL_DEGREES - 1 - degree;
  return ((TRUSTS.indexOf(trust) * 2 + (isOffered ? 1 : 0)) * SPECIAL_DEGREES + plainness) * 2 + (latest ? 1 : 0);
}

/** The standing of the same image while it is not offered. */
export function withdrawnStanding(standing: number): number {
  const offered = 2 * SPECIAL_DEGREES;
  return Math.floor(standing / offered) % 2 === 0 ? standing : standing - offered;
}

/** Of a standing: 0 for unknown publishers, and more the more is known. */
export function trustOfStanding(standing: number): number {
  return Math.floor(standing / (2 * SPECIAL_DEGREES * 2));
}

/** Of a standing: whether it is that of the newest build of a family. */
export function isNewestStanding(standing: number): boolean {
  return standing % 2 === 1;
}
