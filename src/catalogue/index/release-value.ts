/** A release of a system as the index has it among its values; see findFacts. */
export function releaseValue(os: string, osVersion: string | null, osCodename: string | null): string {
  return `release=\0${JSON.stringify([os, osVersion, osCodename])}`;
}
