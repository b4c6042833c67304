import { chmodSync, closeSync, openSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Makes an empty file that only its owner may read, unless it is there: SQLite would make one that the umask leaves open. */
export function createPrivateFile(file: string): void {
  closeSync(openSync(file, "a", OWNER_ONLY));
}

/**
 * Takes a catalogue's files, which are its database, log, locks and key, away from everybody but their owner, where that
 * is this user. Answers those that others could read or write until now.
 */
export function tightenFiles(database: string): string[] {
  return filesOf(database).filter((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & OTHERS) === 0 || found.uid !== process.getuid?.()) return false;
    try {
      chmodSync(file, found.mode & 0o7700);
      return true;
    } catch {
      // A file system that is read-only, or knows no modes: doctor tells of the key.
      return false;
    }
  });
}

function filesOf(database: string): string[] {
  const name = basename(database);
  const isOurs = (entry: string): boolean =>
    [name, `${name}.key`].includes(entry) ||
    (entry.startsWith(`${name}-`) && /-(wal|shm|journal|[\w-]+\.lock(-journal)?)$/.test(entry));
  try {
    return readdirSync(dirname(database))
      .filter(isOurs)
      .map((entry) => join(dirname(database), entry));
  } catch {
    // No folder yet, or none that may be listed: there is nothing of ours to tighten.
    return [];
  }
}
