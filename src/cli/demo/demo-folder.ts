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
/** Held by the demo for as long as it lives, however it dies; its name also tells a demo's folder from any other. */
const LOCK = "imagedex-demo.lock";

/** Makes a folder for this user alone. It goes when it is disposed of, and at the latest when the process exits. */
export function openDemoFolder(): DemoFolder {
  // It gets the name that others look for only once it is locked: none of them can take it for a dead demo's.
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
 * Removes what demos left that were killed. A folder is taken for a dead demo's when it has a demo's name, is this user's own
 * and holds a demo's lock that no process holds. Any other is left alone. Returns the removed folders.
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
    // Files may be made in it all the same.
    return [];
  }
}

function removeIfDead(path: string): boolean {
  try {
    using lock = lockFile(join(path, LOCK));
    if (lock) removeFolder(path);
    return lock !== undefined;
  } catch {
    // Somebody else removes it at this moment, or it may not be removed: it is tried again at the next start.
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
