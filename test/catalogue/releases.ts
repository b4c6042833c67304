import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes with everything in it. */
export interface TemporaryFolder extends Disposable {
  /** The path of a file in it. */
  path(name: string): string;
  /** A copy of a catalogue that an earlier release wrote; see files/README.md. */
  copyOfRelease(version: string, name?: string): string;
}

export function createTemporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-test-"));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    copyOfRelease(version, name = "release.db") {
      copyFileSync(join(import.meta.dirname, "files", `release-${version}.db`), path(name));
      return path(name);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
