/** Packs the package, installs it elsewhere and runs its command: what users get works, and holds only what runs. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  const [{ filename, files, size, unpackedSize }] = (
    Array.isArray(listing) ? listing : Object.values(Object(listing))
  ) as [{ filename: string; files: { path: string }[]; size: number; unpackedSize: number }];
  const held = new Set(files.map(({ path }) => path));
  const expected = new Set(runningFiles());
  const strays = [...held.difference(expected)];
  if (strays.length > 0) throw new Error(`the package holds what it should not: ${strays.join(", ")}`);
  const missing = [...expected.difference(held)];
  if (missing.length > 0) throw new Error(`the package lacks ${missing.join(", ")}`);

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
  const [packedKb, unpackedKb] = [size, unpackedSize].map((bytes) => Math.round(bytes / 1000));
  console.log(
    `package: ${filename} (${files.length} files, ${packedKb} kB, ${unpackedKb} kB unpacked) runs, version ${version}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** What a package consists of: each source compiled, the built page, what the catalogue is made by, and what people read. */
function runningFiles(): string[] {
  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const sources = filesIn("src").filter((file) => file.endsWith(".ts") && !file.startsWith("src/web/"));
  return [
    ...sources.map((file) => file.replace(/^src\/(.*)\.ts$/, "dist/$1.js")),
    ...filesIn("dist/web"),
    ...filesIn("migrations").filter((file) => !file.endsWith("_snapshot.json")),
    ...filesIn("docs"),
    ...filesIn("src/operations"),
    "package.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
  ];
}
