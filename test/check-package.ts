/** Packs the package, installs it elsewhere and runs its command: what users get works, and holds only what runs. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "imagedex-package-"));
try {
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    encoding: "utf8",
  });
  const listing: unknown = JSON.parse(packed);
  const [{ filename, files }] = (Array.isArray(listing) ? listing : Object.values(Object(listing))) as [
    { filename: string; files: { path: string }[] },
  ];
  const strays = files
    .map(({ path }) => path)
    .filter((path) => !/^(dist|migrations)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path));
  if (strays.length > 0) throw new Error(`the package holds what it should not: ${strays.join(", ")}`);

  // Dependencies are those of the checkout: the test is about what is packed, and works offline.
  mkdirSync(join(folder, "node_modules"));
  run("tar", "xzf", filename);
  symlinkSync(resolve("node_modules"), join(folder, "package/node_modules"));
  const bin = join(folder, "package/dist/main.js");
  const version = run(process.execPath, bin, "--version").trim();
  if (!run(process.execPath, bin, "--help").includes("Usage: imagedex"))
    throw new Error("--help does not print the usage");
  writeFileSync(join(folder, "settings"), `IMAGEDEX_DATABASE=${join(folder, "test.db")}\n`);
  run(
    process.execPath,
    bin,
    "--config",
    "settings",
    "backends",
    "add",
    "--provider",
    "ec2",
    "--region",
    "eu-west-1",
    "--id",
    "smoke",
  );
  const listed = run(process.execPath, bin, "--config", "settings", "backends", "list");
  if (!listed.startsWith("smoke\t")) throw new Error(`backends list printed ${JSON.stringify(listed)}`);
  console.log(`package: ${filename} (${files.length} files) runs, version ${version}`);
} finally {
  rmSync(folder, { recursive: true });
}
