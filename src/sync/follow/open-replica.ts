import { rmSync } from "node:fs";
import { isOpen } from "../../catalogue/file/connection.ts";
import { type Catalogue, openCatalogue } from "../../catalogue/file/open-catalogue.ts";
import { markReplica, readOrigin, readReplica, restoreReplica } from "../../catalogue/file/replica.ts";
import { sourcesToDerive } from "../../catalogue/listing/derive-anew.ts";
import { ConfigError } from "../../errors.ts";
import { listBackends } from "../../record/backends.ts";
import { otherRecord } from "./follow-once.ts";

/** A node's file, ready to be followed into. */
export interface OpenedReplica {
  readonly catalogue: Catalogue;
  /**
   * Why it does not continue from where it was: it starts from nothing (`new`), does so since an older release derived what it had
   * (`outdated`), or is an exported file that is compared with the record (`exported`).
   */
  readonly anew: "new" | "outdated" | "exported" | undefined;
}

/**
 * Opens a node's file, creating it where there is none. What an older release derived is not derived anew: the file is, from the
 * record. What another node exported is taken as it is, whatever came since. Throws ConfigError for a file of another record, and for
 * a catalogue of its own.
 */
export function openReplica(file: string, record: string): OpenedReplica {
  const catalogue = openCatalogue(file, { replica: "own" });
  try {
    const isExported = takeExported(catalogue, record);
    const known = readReplica(catalogue);
    if (known && known.record !== record) throw otherRecord(file);
    if (known && sourcesToDerive(catalogue).length > 0) {
      catalogue[Symbol.dispose]();
      removeReplica(file);
      return { ...openReplica(file, record), anew: "outdated" };
    }
    if (isExported) return { catalogue, anew: "exported" };
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

/** Makes what a node of the same record exported a replica that knows of no position: it is compared with the record first. */
function takeExported(catalogue: Catalogue, record: string): boolean {
  const origin = readOrigin(catalogue);
  if (origin === undefined) return false;
  if (origin !== record) throw otherRecord(catalogue.file);
  restoreReplica(catalogue, record);
  return true;
}

function removeReplica(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
}
