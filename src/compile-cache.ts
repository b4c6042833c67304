import { lstatSync, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Keeps what V8 compiled for the next start, in a folder that nobody but this user may write to: who writes there decides what
 * runs. Where there is none (a read-only home), every start compiles. NODE_COMPILE_CACHE names another folder.
 */
export function keepCompiledCode(): void {
  try {
    // A user without a home has none.
    const folder = join(homedir(), ".cache", "imagedex");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwn(folder)) module.enableCompileCache(folder);
  } catch {
    // Slower, and just as right.
  }
}

const OTHERS_MAY_WRITE = 0o022;
const ANYBODY_MAY_WRITE = 0o002;

/** Windows has no such modes: there a user's home is theirs. */
function isOwn(folder: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const above = [dirname(folder), dirname(dirname(folder))];
  return isSafe(folder, [user], OTHERS_MAY_WRITE) && above.every((path) => isSafe(path, [user, 0], ANYBODY_MAY_WRITE));
}

function isSafe(path: string, owners: readonly number[], forbidden: number): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && owners.includes(stat.uid) && (stat.mode & forbidden) === 0;
}
