import { inOrder, readerOf } from "../facts/columns-of.ts";

/** A row as it was and as it is staged. */
export interface ChangedRow {
  /** JSON, by column: null where both are equal, else what each has. */
  readonly told: string;
  /** The `extra` of each, as JSON. */
  readonly before: string;
  readonly after: string;
  readonly digestBefore: string;
  readonly digestAfter: string;
}

/**
 * What the cloud changed, by name. The order of lists does not count. Where the rows are of different readers, only what both
 * stored is compared: what a release reads besides, or leaves out, is no change of the image.
 */
export function differingFields(row: ChangedRow): string[] {
  const differs = readerOf(row.digestBefore) === readerOf(row.digestAfter) ? isOther : contradicts;
  const columns = Object.entries(objectIn(row.told)).flatMap(([column, both]) => {
    if (!Array.isArray(both)) return [];
    const [old, now]: unknown[] = column === "keywords" ? both.map((text) => JSON.parse(String(text))) : both;
    const isDifferent = column === "keywords" && differs === contradicts ? losesSome(old, now) : differs(old, now);
    return isDifferent ? [column] : [];
  });
  const [old, now] = [objectIn(row.before), objectIn(row.after)];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...new Set([...columns, ...[...names].filter((name) => differs(old[name], now[name]))])];
}

function isOther(old: unknown, now: unknown): boolean {
  return old !== now && JSON.stringify(inOrder(old)) !== JSON.stringify(inOrder(now));
}

/** Whether something that both have differs: of objects, name by name; of lists, each of the old ones must be there. */
function contradicts(old: unknown, now: unknown): boolean {
  if (isNothing(old) || now === undefined) return false;
  if (Array.isArray(old) && Array.isArray(now)) return old.length !== now.length || losesSome(old, now);
  if (isObject(old) && isObject(now)) return Object.keys(old).some((name) => contradicts(old[name], now[name]));
  return isOther(old, now);
}

/** Lists that are longer are compared as a whole. */
const MAX_COMPARED = 100;

function losesSome(old: unknown, now: unknown): boolean {
  if (!Array.isArray(old) || !Array.isArray(now)) return isOther(old, now);
  if (!old.some(isObject)) {
    const there = new Set<unknown>(now);
    return old.some((each) => !there.has(each));
  }
  if (old.length > MAX_COMPARED) return isOther(old, now);
  return old.some((each) => now.every((other) => contradicts(each, other)));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}
