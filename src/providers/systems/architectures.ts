/** One name for each machine, and the others that clouds and people have for it. The names are those of `uname -m` where short. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["amd64", "x64", "x86-64", "64bit", "64-bit", "em64t", "intel64"],
  x86: ["i386", "i486", "i586", "i686", "386", "x32", "ia32", "x86-32", "32bit", "32-bit"],
  arm64: ["aarch64", "armv8", "armv8l", "arm64v8", "arm64-v8"],
  arm: ["armhf", "armel", "armv5", "armv6", "armv6l", "armv7", "armv7l", "arm32", "arm32v6", "arm32v7", "armv7h"],
  x86_64_mac: ["x86-64-mac"],
  arm64_mac: ["arm64-mac"],
  ppc64le: ["ppc64el", "powerpc64le"],
  ppc64: ["powerpc64"],
  s390x: ["s390"],
  riscv64: ["riscv", "rv64"],
  loongarch64: ["loong64"],
  mips64: ["mips64le", "mips64el"],
};

const CANONICAL: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([name, others]) =>
    [name, ...others].flatMap((word) => [[word, name] as const, [word.replaceAll("-", "_"), name] as const]),
  ),
);

/** The one name of a machine: `arm64` for aarch64. What is not known stays, in small letters; null for none. */
export function canonicalArchitecture(word: string | null): string | null {
  const folded = word?.trim().toLowerCase() ?? "";
  return folded === "" ? null : (CANONICAL.get(folded) ?? folded);
}

/** Names that stand for nothing else in the name of an image. */
const IN_NAMES =
  /(?<![a-z0-9])(x86[_-]64|amd64|x64|i[3-6]86|x86|x32|aarch64|arm64|armhf|armv7l?|ppc64le|ppc64el|s390x|riscv64)(?![a-z0-9])/;

/** The machine that a name tells: `debian-12-arm64`; null where it tells none. */
export function architectureIn(name: string | null): string | null {
  return canonicalArchitecture(IN_NAMES.exec(name?.toLowerCase() ?? "")?.[1] ?? null);
}
