import type { ChangeJson } from "./answers.ts";

/** The changes of one backend that were read, newest first. */
export interface Journal {
  readonly backend: string;
  readonly changes: readonly ChangeJson[];
  /** All changes from this number on are read; null when all are. */
  readonly next: number | null;
}

/** A change, and a backend that shows its image; backends of one region share their public images. */
export interface PlacedChange extends ChangeJson {
  readonly backend: string;
}

export interface MergedJournals {
  /** Newest first, without a gap: no unread change belongs between them. */
  readonly changes: readonly PlacedChange[];
  /** The backends whose next pages come first; empty when all is read. */
  readonly behind: readonly string[];
}

/** A journal before anything is read. */
export function unread(backend: string): Journal {
  return { backend, changes: [], next: Number.MAX_SAFE_INTEGER };
}

/** Merges journals by the numbers of their changes, each change once. */
export function mergeJournals(journals: readonly Journal[]): MergedJournals {
  // A journal with further pages may have any older change.
  const edge = Math.max(0, ...journals.map(({ next }) => next ?? 0));
  const merged = new Map<number, PlacedChange>();
  for (const { backend, changes } of journals)
    for (const change of changes)
      if (change.id >= edge && !merged.has(change.id)) merged.set(change.id, { ...change, backend });
  return {
    changes: [...merged.values()].toSorted((a, b) => b.id - a.id),
    behind: journals.flatMap(({ backend, next }) => (next !== null && next === edge ? [backend] : [])),
  };
}
