import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Installs a Debian package, where there are such and this user may. Whether it worked, its programs tell. */
export function installPackage(name: string): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  // Test files run at the same time, and apt-get does not wait for itself.
  const apt = (args: readonly string[], timeout: number): unknown =>
    execFileSync("flock", [join(tmpdir(), "imagedex-apt.lock"), "apt-get", ...args], { stdio: "ignore", timeout });
  try {
    apt(["update"], 120_000);
    apt(["install", "-y", "-q", "--no-install-recommends", name], 300_000);
  } catch {
    // Offline, or no such package.
  }
}
