import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM, ROOT } from "./program.ts";

/** Before tests: what they start is built from the sources as they are now. */
export default function buildProgram(): void {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...files.map((file) => statSync(join(ROOT, "src", file)).mtimeMs));
  const built = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < newest) execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
}
