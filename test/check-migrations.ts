/** Fails when a schema holds what no migration makes: drizzle-kit must have nothing to generate. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const STORES = [
  { dialect: "sqlite", schema: "./src/catalogue/file/*schema.ts", migrations: "migrations" },
  { dialect: "postgresql", schema: "./src/record/postgres/schema.ts", migrations: "migrations/postgres" },
];

for (const { dialect, schema, migrations } of STORES) {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-migrations-"));
  try {
    cpSync(migrations, folder, { recursive: true });
    const before = readdirSync(folder);
    const out = relative(process.cwd(), folder);
    const args = ["generate", "--dialect", dialect, "--schema", schema, "--out", out, "--name", "undeclared"];
    execFileSync("drizzle-kit", args, { stdio: "pipe" });
    const added = readdirSync(folder).filter((file) => !before.includes(file));
    if (added.length > 0)
      throw new Error(
        `the ${dialect} schema has changes without a migration; run: drizzle-kit generate --name <what it does>`,
      );
    console.log(`migrations: the ${dialect} schema has no undeclared change`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
