import { setTimeout as delay } from "node:timers/promises";
import { isConflict, type RecordLink } from "./connect.ts";
import { moveState } from "./write-changes.ts";

/** Revisions that ETags were made of, and that the record now uses for other content. */
interface Numbers {
  readonly sources: readonly { readonly id: number; readonly revision: number }[];
  readonly stars: readonly { readonly id: string; readonly revision: number }[];
}

const MS = 10_000;

/**
 * A record that lost commits counts revisions again that clients and caches know for other rows: it goes on behind them, so that
 * no answer is taken for another.
 */
export async function countPast(link: RecordLink, { sources, stars }: Numbers, format: number): Promise<void> {
  if (sources.length + stars.length === 0) return;
  for (;;)
    try {
      await link.transaction(MS, async (sql) => {
        for (const { id, revision } of sources)
          await sql`UPDATE sources SET revision = greatest(revision, ${revision}) + 1 WHERE id = ${id}`;
        for (const { id, revision } of stars)
          await sql`UPDATE backends SET stars_revision = greatest(stars_revision, ${revision}) + 1 WHERE id = ${id}`;
        const keys = [
          ["sources", sources.map(({ id }) => [id])],
          ["backends", stars.map(({ id }) => [id])],
        ] as const;
        await moveState(sql, { format, kind: "settings", entry: { keys } });
      });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await delay(10);
    }
}
