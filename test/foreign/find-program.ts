import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installPackage } from "./install-package.ts";

/**
 * Where a program of somebody else's is that tests run against; undefined, said aloud, when there is none. In CI it is
 * installed from Debian first.
 */
export function findProgram(name: string, debianPackage: string): string | undefined {
  const find = (): string | undefined =>
    (process.env["PATH"] ?? "")
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find(existsSync);
  const found = find();
  if (found !== undefined) return found;
  if (process.env["CI"] === "true") installPackage(debianPackage);
  const installed = find();
  if (installed === undefined)
    console.warn(`SKIPPED: nothing is tested against ${name}, there is none (apt-get install ${debianPackage})`);
  return installed;
}
