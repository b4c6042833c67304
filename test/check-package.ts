/** Packs the package, installs it elsewhere and runs its command: what users get works, and holds only what runs. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "imagedex-package-"));
try {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    encoding: "utf8",
  });
  const listing: unknown = JSON.parse(packed);
  const [{ filename, files, size, unpackedSize }] = (
    Array.isArray(listing) ? listing : Object.values(Object(listing))
  ) as [{ filename: string; files: { path: string }[]; size: number; unpackedSize: number }];
  assertHolds(
    files.map(({ path }) => path),
    runningFiles(),
  );
  execFileSync("tar", ["xzf", filename], { cwd: folder });
  installLibrary();
  const bin = join(folder, "package/dist/main.cjs");
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [bin, ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const version = run("--version").trim();
  assert(run("--help").includes("Usage: imagedex"), "--help does not print the usage");
  writeFileSync(join(folder, "settings"), `IMAGEDEX_DATABASE=${join(folder, "test.db")}\n`);
  run("--config", "settings", "backends", "add", "--provider", "ec2", "--region", "eu-west-1", "--id", "smoke");
  const listed = run("--config", "settings", "backends", "list");
  assert(listed.startsWith("smoke\t"), `backends list printed ${JSON.stringify(listed)}`);
  assertNamesSources(bin);
  // Its threads, its processes, and what it loads only when a cloud is listed.
  const demo = run("demo", "--count", "200", "--once");
  assert(/\d+ images synced/.test(demo), `the demo printed ${JSON.stringify(demo)}`);
  const [packedKb, unpackedKb] = [size, unpackedSize].map((bytes) => Math.round(bytes / 1000));
  console.log(
    `package: ${filename} (${files.length} files, ${packedKb} kB, ${unpackedKb} kB unpacked) runs, version ${version}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** The one library that is not in the bundle, from the checkout: the test is about what is packed, and works offline. */
function installLibrary(): void {
  const modules = join(folder, "package/node_modules");
  mkdirSync(modules);
  cpSync(resolve("node_modules/better-sqlite3"), join(modules, "better-sqlite3"), { recursive: true });
}

/** An error of the bundle is shown where it is in the sources. */
function assertNamesSources(bin: string): void {
  const { stderr } = spawnSync(process.execPath, [bin, "--config", "settings", "search", "none", "term"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, IMAGEDEX_LOG_LEVEL: "debug" },
  });
  assert(/ \(.*\/src\/cli\/server\/ask-catalogue\.ts:\d+:\d+\)/.test(stderr), `the stack names no source: ${stderr}`);
}

function assertHolds(held: readonly string[], expected: readonly string[]): void {
  const strays = held.filter((path) => !expected.includes(path));
  assert(strays.length === 0, `the package holds what it should not: ${strays.join(", ")}`);
  const missing = expected.filter((path) => !held.includes(path));
  assert(missing.length === 0, `the package lacks ${missing.join(", ")}`);
}

/** What a package consists of: the bundle, the built page, what the catalogue is made by, and what people read. */
function runningFiles(): string[] {
  const filesIn = (name: string): string[] =>
    readdirSync(name, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const scripts = filesIn("dist").filter((file) => /^dist\/[\w-]+\.cjs(\.map)?$/.test(file));
  return [
    "dist/main.cjs",
    "dist/worker.cjs",
    "dist/endpoint-process.cjs",
    ...scripts,
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

function assert(isSo: boolean, complaint: string): asserts isSo {
  if (!isSo) throw new Error(complaint);
}
