import type { RecordLink } from "./connect.ts";

/** Shorter than the lock timeout, so that whoever ran into that finds the writer to end. */
const FROZEN_S = 2;
const MS = 4_000;

/**
 * Ends connections of nodes that hold locks and stand still. PostgreSQL ends a transaction that is idle; one whose client went silent
 * between the parts of a statement is "active" to it, and held all writers up for as long as its machine answers for its connection.
 * What it was writing is undone.
 */
export async function endFrozenWriters(link: RecordLink): Promise<void> {
  await link.within(
    MS,
    (client) => client`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND application_name = 'imagedex' AND pid <> pg_backend_pid()
        AND backend_xid IS NOT NULL AND state = 'active' AND wait_event = 'ClientRead'
        AND state_change < clock_timestamp() - ${FROZEN_S} * interval '1 second'`,
  );
}
