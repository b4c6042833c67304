import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder that only its owner can look into; it goes with everything in it. */
export interface PrivateFolder extends Disposable {
  /** Makes an empty file for its owner alone, which SQLite's `-wal` and `-shm` follow. */
  create(name: string): string;
}

/** Makes one beside a file, on the same disk. Its name cannot be guessed: nobody can put a link in its place. */
export function openPrivateFolder(beside: string): PrivateFolder {
  const folder = mkdtempSync(`${beside}.partial-`);
  return {
    create(name) {
      const file = join(folder, name);
      closeSync(openSync(file, "wx", 0o600));
      return file;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Returns once the file is on the disk. */
export function flush(file: string): void {
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
}

/** Removes what SQLite left beside a file that another one takes the place of: it would be read as a part of that. */
export function removeSidecars(file: string): void {
  for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
}
