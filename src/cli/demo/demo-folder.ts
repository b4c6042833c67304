import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFile } from "../../catalogue/file/process-lock.ts";

/** Where a demo keeps its catalogue. */
export interface DemoFolder extends Disposable {
  readonly path: string;
}

const NAME = "imagedex-demo-";
const FRESH = "imagedex-fresh-demo-";
/** Locked as long as the demo lives, and released even if it is killed. The file also marks a folder as a demo's. */
const LOCK = "imagedex-demo.lock";

/** Makes a folder for this user alone. It goes when it is disposed of, and at the latest when the process exits. */
export function openDemoFolder(): DemoFolder {
  // The folder gets its final name only when it is locked, so that no other demo takes it for a dead one's.
  const fresh = mkdtempSync(join(tmpdir(), FRESH));
  const lock = lockFile(join(fresh, LOCK));
  const path = join(tmpdir(), NAME + fresh.slice(-6));
  renameSync(fresh, path);
  const remove = (): void => {
    process.off("exit", remove);
    lock?.[Symbol.dispose]();
    removeFolder(path);
  };
  process.on("exit", remove);
  return { path, [Symbol.dispose]: remove };
}

/**
 * Removes the folders of demos that were killed. A folder counts as one if it has a demo's name, belongs to this user, and has
 * a demo's lock file that no process has locked. Returns the removed folders.
 */
export function removeDeadDemos(): string[] {
  return namesIn(tmpdir())
    .filter((name) => name.startsWith(NAME))
    .map((name) => join(tmpdir(), name))
    .filter((path) => isOwn(path, "folder") && isOwn(join(path, LOCK), "file"))
    .filter(removeIfDead);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Another process may still create files in it.
    return [];
  }
}

function removeIfDead(path: string): boolean {
  try {
    using lock = lockFile(join(path, LOCK));
    if (lock) removeFolder(path);
    return lock !== undefined;
  } catch {
    // Another process is removing it, or it cannot be removed; the next start tries again.
    return false;
  }
}

/** A link is not followed: it may lead anywhere. */
function isOwn(path: string, kind: "folder" | "file"): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.uid !== process.getuid?.()) return false;
  return kind === "folder" ? found.isDirectory() : found.isFile();
}

function removeFolder(path: string): void {
  // A thread may still be making a file in it.
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
