import { matchesGlob } from "node:path";

/**
 * Whether a path of the build's context, relative to its root, is left out by a .dockerignore: the last pattern that matches it, or a folder
 * above it, decides.
 */
export function isIgnored(dockerIgnore: string, path: string): boolean {
  const patterns = dockerIgnore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const parts = path.split("/");
  const ancestry = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  const last = patterns.findLast((pattern) => {
    const glob = pattern.replace(/^!/, "").replaceAll(/^\/|\/$/g, "");
    return ancestry.some((folder) => isMatch(folder, glob));
  });
  return last !== undefined && !last.startsWith("!");
}

/** Unlike a shell's, these patterns match names that begin with a dot. */
function isMatch(path: string, glob: string): boolean {
  const undotted = (text: string): string => text.replaceAll(/(^|\/)\./g, "$1dot:");
  return matchesGlob(undotted(path), undotted(glob));
}
