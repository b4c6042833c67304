import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BadRequestError } from "../../errors.ts";

/** Folders of programs, which hold no configuration that people wrote. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", ".hg", ".svn", ".terraform", "node_modules"]);

/** The files to read: of a folder, all files in it. Throws BadRequestError for a path that does not exist. */
export async function* listFiles(given: readonly string[]): AsyncGenerator<string> {
  for (const path of given) {
    if (path === "-") yield path;
    else if (await isFolder(path)) yield* filesIn(path);
    else yield path;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT")
      throw new BadRequestError(`${path}: no such file or folder`, undefined, { cause });
    return false;
  }
}

/** Links are not followed: they may lead in a circle. */
async function* filesIn(folder: string): AsyncGenerator<string> {
  const folders: string[] = [];
  for await (const entry of await opendir(folder)) {
    if (entry.isFile()) yield join(folder, entry.name);
    else if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) folders.push(join(folder, entry.name));
  }
  for (const one of folders.toSorted()) yield* filesIn(one);
}
