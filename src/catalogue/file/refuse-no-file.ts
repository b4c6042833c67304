import { type Stats, statSync } from "node:fs";
import { ConfigError } from "../../errors.ts";

/**
 * Throws ConfigError for a path that no SQLite file can have, and what the file system says of it. A pipe would wait for ever for
 * somebody to write, a device end nowhere. better-sqlite3 drops white space at the end of a path: the file that it makes would be
 * another one than the one that was made private.
 */
export function refuseNoFile(file: string, expected: string): Stats | undefined {
  if (file !== file.trimEnd()) throw new ConfigError(`${file} ends with a space; expected a path without one`);
  const found = statOf(file);
  if (found && !found.isFile()) throw new ConfigError(`${file} is not a file; ${expected}`);
  return found;
}

/** The same, and throws ConfigError with `advice` where there is nothing. */
export function refuseAbsent(
  file: string,
  { advice, expected }: { readonly advice: string; readonly expected: string },
): Stats {
  const found = refuseNoFile(file, expected);
  if (!found) throw new ConfigError(`${file} does not exist; ${advice}`);
  return found;
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
