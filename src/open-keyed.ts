import { type Catalogue, openCatalogue } from "./catalogue/file/open-catalogue.ts";
import { tightenFiles } from "./catalogue/file/private-file.ts";
import { openSecretKey, readSecretKey, type SecretKey } from "./catalogue/file/secret-key.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

/**
 * What an app may need of the disk. `create`: it makes the catalogue and its key where they are absent. `update`: the catalogue
 * must be there. `read`: nothing is created, and what needs no secrets works without the key.
 */
export type AppAccess = "create" | "update" | "read";

/**
 * Opens the catalogue, and the key of its secrets. Throws ConfigError where there is no catalogue and none may be made, or where it
 * has secrets and the key is missing.
 */
export function openKeyed(
  { database, secretKey: configured, record }: Config,
  log: Log,
  access: AppAccess,
): { catalogue: Catalogue; secretKey: SecretKey } {
  const catalogue = openCatalogue(database, {
    mustExist: record !== undefined || access !== "create",
    replica: record && "guarded",
  });
  try {
    // Not before it is known to be a catalogue: a mistyped path names somebody else's file.
    const files = tightenFiles(database);
    if (files.length > 0) log.warn({ files }, "files were readable by others; their permissions are now 0600");
    const secretKey = access === "read" ? readSecretKey(database, configured) : openSecretKey(catalogue, configured);
    return { catalogue, secretKey };
  } catch (error) {
    catalogue[Symbol.dispose]();
    throw error;
  }
}
