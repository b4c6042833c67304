/** Fails when the schema holds what no migration makes: drizzle-kit must have nothing to generate. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "imagedex-migrations-"));
try {
  cpSync("migrations", folder, { recursive: true });
  const before = readdirSync(folder);
  const out = relative(process.cwd(), folder);
  const args = [
    "generate",
    "--dialect",
    "sqlite",
    "--schema",
    "./src/catalogue/file/*schema.ts",
    "--out",
    out,
    "--name",
    "undeclared",
  ];
  execFileSync("drizzle-kit", args, { stdio: "pipe" });
  const added = readdirSync(folder).filter((file) => !before.includes(file));
  if (added.length > 0)
    throw new Error(`the schema has changes without a migration; run: drizzle-kit generate --name <what it does>`);
  console.log("migrations: the schema has no undeclared change");
} finally {
  rmSync(folder, { recursive: true });
}
