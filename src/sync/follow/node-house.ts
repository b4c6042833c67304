import { type Catalogue, openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { guardReplica } from "../../catalogue/file/replica.ts";
import { listingDelta } from "../../catalogue/listing/listing-delta.ts";
import { watchChanges } from "../../record/postgres/capture-changes.ts";
import { openLink } from "../../record/postgres/connect.ts";
import { forgetRetiredOf, removeOrphans } from "../../record/postgres/housekeeping.ts";
import { openLeases } from "../../record/postgres/leases.ts";
import { catchUp, openRecordWriter, waitForPosition } from "../../record/postgres/postgres-record.ts";
import { publishListing } from "../../record/postgres/publish-listing.ts";
import { JOURNAL, RECORD_TABLES } from "../../record/postgres/record-tables.ts";
import { createNodeLocks } from "./node-locks.ts";
import type { SyncHouse } from "../sync-house.ts";
import type { NodeSettings } from "../worker-messages.ts";

/** Writes of progress are rare: all writers share one row of the record. */
const PROGRESS_EVERY_MS = 15_000;
/** The file should have a published listing within this time; after that the run ends without waiting. */
const FOLLOW_MS = 20 * 60_000;

/** The file should have what another node has just listed within this time. */
const CATCH_UP_MS = 5 * 60_000;

/** What a node's sync thread writes to. Nothing is connected before the first write. */
export function openNodeHouse(file: string, { url, format }: NodeSettings): SyncHouse {
  // Settings, leases and listings do not wait for each other.
  const [link, leasing, publishing] = [openLink(url), openLink(url), openLink(url)];
  const writer = openRecordWriter({ link, file, format });
  const leases = openLeases(leasing);
  const reader = openCatalogue(file, { mustExist: true, replica: "guarded" });
  const locks = createNodeLocks(file, leases, () => catchUp(leasing, reader, CATCH_UP_MS));
  return {
    recordOf: () => writer,
    locks,
    store: {
      open: () => openForListing(file),
      async commit(stage, options) {
        const delta = await listingDelta(stage, options);
        const { position } = await publishListing(publishing, delta, format);
        await waitForPosition(stage.catalogue, position, FOLLOW_MS);
        return delta.counts;
      },
      prune: () => removeOrphans(publishing, format),
      forget: (now, days) => forgetRetiredOf(publishing, locks, { format, now, days }),
      progressEveryMs: PROGRESS_EVERY_MS,
    },
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]();
      await leases[Symbol.asyncDispose]();
      for (const one of [link, leasing, publishing]) await one[Symbol.asyncDispose]();
      reader[Symbol.dispose]();
    },
  };
}

/** A connection that notes what a listing would change, and rolls it back. */
function openForListing(file: string): Catalogue {
  const catalogue = openCatalogue(file, { mustExist: true, replica: "own" });
  guardReplica(
    catalogue,
    [...RECORD_TABLES, JOURNAL].map(({ name }) => name),
  );
  watchChanges(catalogue);
  return catalogue;
}
