import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ConfigError } from "../../errors.ts";
import type { Catalogue } from "./open-catalogue.ts";

/** The passphrase that seals a catalogue's secrets, or why there is none. Can be sent to a worker thread. */
export type SecretKey = string | MissingKey;

export interface MissingKey {
  /** Which file, and what to do about it. */
  readonly missing: string;
  /** There is no key file at all. */
  readonly isAbsent: boolean;
}

/** As many characters as IMAGEDEX_SECRET_KEY must have. */
export const LEAST_KEY_LENGTH = 32;

const REMEDY =
  "restore the key file or set IMAGEDEX_SECRET_KEY; if the key is lost, remove the backends that have credentials or webhooks and add them again";

/** `configured` (IMAGEDEX_SECRET_KEY), else the key file beside the database. Creates nothing. */
export function readSecretKey(database: string, configured: string | undefined): SecretKey {
  if (configured !== undefined) return configured;
  const file = keyFileOf(database);
  try {
    // A pipe or a device would be read without an end.
    const kind = statSync(file);
    if (!kind.isFile() && !kind.isDirectory())
      return { missing: `the key file ${file} is not a file; ${REMEDY}`, isAbsent: false };
    const key = readFileSync(file, "utf8").trim();
    if (key.length >= LEAST_KEY_LENGTH) return key;
    const found = key === "" ? "is empty" : `is too short (${key.length} characters)`;
    return { missing: `the key file ${file} ${found}; ${REMEDY}`, isAbsent: false };
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code === "ENOENT" || code === "ENOTDIR")
      return { missing: `the key file ${file} does not exist; ${REMEDY}`, isAbsent: true };
    const remedy = "let this user read it, or set IMAGEDEX_SECRET_KEY";
    return { missing: `the key file ${file} cannot be read (${code}); ${remedy}`, isAbsent: false };
  }
}

/**
 * The same, for those who seal and open: makes the key file where there is none and the catalogue holds no secrets yet. A new key
 * would open none of those that it holds. Throws ConfigError when there is no key.
 */
export function openSecretKey(catalogue: Catalogue, configured: string | undefined): string {
  const key = readSecretKey(catalogue.file, configured);
  if (typeof key === "string") return key;
  if (!key.isAbsent || holdsSecrets(catalogue)) throw new ConfigError(key.missing);
  makeKeyFile(keyFileOf(catalogue.file));
  const made = readSecretKey(catalogue.file, configured);
  if (typeof made === "string") return made;
  throw new ConfigError(made.missing);
}

/** Whether the catalogue holds secrets that only its key opens: credentials of backends, secrets of webhooks. */
export function holdsSecrets({ sqlite }: Catalogue): boolean {
  const found = sqlite
    .prepare<[], number>(
      `SELECT EXISTS (SELECT 1 FROM backends WHERE sealed_apikey IS NOT NULL OR sealed_apisecret IS NOT NULL)
         OR EXISTS (SELECT 1 FROM webhooks)`,
    )
    .pluck()
    .get();
  return found === 1;
}

function keyFileOf(database: string): string {
  return `${database}.key`;
}

/** Another process may make it at the same moment: whoever is second takes the first one's, and never sees half of it. */
function makeKeyFile(file: string): void {
  const key = randomBytes(32).toString("base64url");
  const whole = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(whole, key, { mode: 0o600, flag: "wx" });
    linkOrWrite(whole, file, key);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code === "EEXIST") return;
    throw new ConfigError(
      `the key file ${file} cannot be created (${code}); let this user write its folder, or set IMAGEDEX_SECRET_KEY`,
      { cause },
    );
  } finally {
    rmSync(whole, { force: true });
  }
}

function linkOrWrite(whole: string, file: string, key: string): void {
  try {
    linkSync(whole, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
    // Not every file system has a second name for a file.
    writeFileSync(file, key, { mode: 0o600, flag: "wx" });
  }
}
