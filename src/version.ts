import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_FOLDER } from "./package-folder.ts";

/** The program's version, as its package says. */
export function version(): string {
  const text = readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8");
  const manifest: { version: string } = JSON.parse(text);
  return manifest.version;
}
