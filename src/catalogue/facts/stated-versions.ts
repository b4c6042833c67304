import { fold } from "../../fold.ts";

/** What tells the versions of an image. */
interface VersionSource {
  readonly name: string;
  readonly osVersion: string | null;
}

/** A number that stands by itself: `10`, `22.04`, `24_04`; no dates, serials and hashes. */
const VERSION = /(?<![\p{L}\p{N}])(?<!\d[._])\d{1,4}(?:[._]\d{1,4}){0,3}(?![\p{L}\p{N}])/u;
/** The same in a term, where it may be written `22-04`. */
const ASKED = new RegExp(`(?<![\\p{L}\\p{N}])\\d{1,2}-\\d{2}(?![\\p{L}\\p{N}])|${VERSION.source}`, "gu");

/** The version of its system, and that of the product that its name tells first. */
export function versionsOf({ name, osVersion }: VersionSource): string[] {
  const [ofProduct] = VERSION.exec(fold(name)) ?? [];
  const versions = [osVersion?.toLowerCase(), ofProduct && dotted(ofProduct)];
  return [...new Set(versions.flatMap((version) => version || []))];
}

/** The numbers in a folded word of a term that may be versions. */
export function versionsIn(word: string): string[] {
  return Array.from(word.matchAll(ASKED), ([number]) => dotted(number));
}

/** Whether a version is, or begins, one of these: `10` begins `10.0`. */
export function isVersionOf(asked: string, versions: readonly string[]): boolean {
  return versions.some((version) => version === asked || version.startsWith(`${asked}.`));
}

function dotted(number: string): string {
  return number.replace(/[_-]/g, ".");
}
