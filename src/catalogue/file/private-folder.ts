import { closeSync, fsyncSync, lstatSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lockFile } from "./process-lock.ts";

/** A folder that only its owner can look into; it goes with everything in it. */
export interface PrivateFolder extends Disposable {
  /** Makes an empty file for its owner alone, which SQLite's `-wal` and `-shm` follow. */
  create(name: string): string;
}

/** Locked as long as its process lives, and released even if that is killed. */
const LOCK = "imagedex-partial.lock";

/**
 * Makes one beside a file, on the same disk. Its name cannot be guessed: nobody can put a link in its place. What killed processes
 * left of theirs is removed.
 */
export function openPrivateFolder(beside: string): PrivateFolder {
  removeDead(beside);
  // It gets its final name only when it is locked, so that nobody takes it for a dead one.
  const fresh = mkdtempSync(`${beside}.new-`);
  const folder = fresh.replace(/\.new-(\w+)$/, ".partial-$1");
  const lock = lockFile(join(fresh, LOCK));
  renameSync(fresh, folder);
  return {
    create(name) {
      const file = join(folder, name);
      closeSync(openSync(file, "wx", 0o600));
      return file;
    },
    [Symbol.dispose]() {
      lock?.[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function removeDead(beside: string): void {
  const start = `${basename(beside)}.partial-`;
  for (const name of readdirSync(dirname(beside)))
    if (name.startsWith(start)) removeIfDead(join(dirname(beside), name));
}

/** What has no such lock is not ours to remove. */
function removeIfDead(folder: string): void {
  const found = lstatSync(join(folder, LOCK), { throwIfNoEntry: false });
  if (!found?.isFile() || !lstatSync(folder).isDirectory()) return;
  try {
    using lock = lockFile(join(folder, LOCK));
    if (lock) rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's.
  }
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
