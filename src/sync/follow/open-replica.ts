import { rmSync } from "node:fs";
import { isOpen } from "../../catalogue/file/connection.ts";
import { type Catalogue, openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { markReplica, readReplica } from "../../catalogue/file/replica.ts";
import { sourcesToDerive } from "../../catalogue/listing/derive-anew.ts";
import { ConfigError } from "../../errors.ts";
import { listBackends } from "../../record/backends.ts";
import { otherRecord } from "./follow-once.ts";

/** A node's file, ready to be followed into. */
export interface OpenedReplica {
  readonly catalogue: Catalogue;
  /** Why it starts from nothing; undefined when it continues from where it was. */
  readonly anew: "new" | "outdated" | undefined;
}

/**
 * Opens a node's file, creating it where there is none. What an older release derived is not derived anew: the file is, from the
 * record. Throws ConfigError for a file that follows another record, and for a catalogue of its own.
 */
export function openReplica(file: string, record: string): OpenedReplica {
  const catalogue = openCatalogue(file, { replica: "own" });
  try {
    const known = readReplica(catalogue);
    if (known && known.record !== record) throw otherRecord(file);
    if (known && sourcesToDerive(catalogue).length > 0) {
      catalogue[Symbol.dispose]();
      removeReplica(file);
      return { ...openReplica(file, record), anew: "outdated" };
    }
    if (known) return { catalogue, anew: known.position === 0 ? "new" : undefined };
    if (listBackends(catalogue).length > 0)
      throw new ConfigError(
        `IMAGEDEX_REPLICA: ${file} is a catalogue of its own, which following would overwrite; name a file that does not exist`,
      );
    markReplica(catalogue, record);
    return { catalogue, anew: "new" };
  } catch (error) {
    if (isOpen(catalogue)) catalogue[Symbol.dispose]();
    throw error;
  }
}

function removeReplica(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
}
