import type { ImageFacts } from "../../image.ts";

/** What people call a system: each beside its version makes a spelling. The first is ours. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  almalinux: ["almalinux", "alma linux", "alma"],
  "amazon-linux": ["amazon linux", "amazonlinux", "amzn", "al"],
  arch: ["arch linux", "archlinux"],
  centos: ["centos"],
  cos: ["container-optimized os", "cos"],
  macos: ["macos", "mac os"],
  opensuse: ["opensuse", "open suse", "leap"],
  "oracle-linux": ["oracle linux", "oraclelinux", "ol"],
  rhel: ["rhel", "redhat", "red hat enterprise linux", "red hat"],
  rocky: ["rocky", "rockylinux", "rocky linux"],
  sles: ["sles", "suse linux enterprise server", "suse"],
  windows: ["windows", "windows server", "win", "ws"],
};

/** Other names of a machine that people search for. */
const MACHINES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["x86_64", "amd64", "x64", "x86-64"],
  arm64: ["arm64", "aarch64"],
  x86: ["x86", "i386", "i686"],
  arm: ["arm", "armhf", "armv7"],
  ppc64le: ["ppc64le", "ppc64el"],
};

/** Names of kinds of one system. */
const EDITIONS: Readonly<Record<string, readonly string[]>> = { "centos stream": ["centos stream", "centos-stream"] };

/**
 * The spellings of an image's facts: texts of their own in which searches find it, beneath all that the cloud says. Machines
 * (`amd64 x64 aarch64`), systems (`redhat`), both with and without the version, glued and apart (`ubuntu2204 ubuntu22.04
 * ubuntu-22-04 al2023 win2022`), and names of releases (`jammy`).
 */
export function factSpellings({
  os,
  osVersion,
  osCodename,
  architecture,
}: Pick<ImageFacts, "os" | "osVersion" | "osCodename" | "architecture">): string[] {
  const machines = architecture === null ? [] : spellingsIn(MACHINES, architecture);
  if (os === null) return [...machines];
  const names = spellingsIn(NAMES, os);
  const versions = osVersion === null ? [] : versionsOf(os, osVersion);
  const releases = names.flatMap((name) => versions.flatMap((version) => spell(name, version)));
  const codenames = osCodename === null ? [] : [osCodename, ...(EDITIONS[`${os} ${osCodename}`] ?? [])];
  return [...new Set([...machines, ...names, ...releases, ...codenames])];
}

/** Clouds may use any word. */
function spellingsIn(table: Readonly<Record<string, readonly string[]>>, word: string): readonly string[] {
  return (Object.hasOwn(table, word) ? table[word] : undefined) ?? [word];
}

/** A version as people write it: whole, and of a system with minor versions the major one too. */
function versionsOf(os: string, version: string): string[] {
  if (os === "sles") return [version, version.replace(".", " sp"), majorOf(version)];
  if (os === "amazon-linux" && /^20(0|1)\d\./.test(version)) return [version, "1"];
  return WHOLE.has(os) ? [version] : [version, majorOf(version)];
}

/** Systems whose versions have no major part: `22` is no Ubuntu. */
const WHOLE: ReadonlySet<string> = new Set(["amazon-linux", "kali", "nixos", "ubuntu", "windows"]);

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}

/** `ubuntu 22.04`, `ubuntu 2204`, `ubuntu22.04`, `ubuntu2204`, `ubuntu-22.04`, `ubuntu-22-04`, `win2012r2`. */
function spell(name: string, version: string): string[] {
  const lower = version.toLowerCase();
  const digits = lower.replace(/[. ]/g, "");
  const glued = name.includes(" ") ? [] : [`${name}${lower.replaceAll(" ", "")}`, `${name}${digits}`];
  const dashed = `${name.replaceAll(" ", "-")}-`;
  return [
    `${name} ${lower}`,
    `${name} ${digits}`,
    ...glued,
    `${dashed}${lower.replaceAll(" ", "-")}`,
    `${dashed}${lower.replace(/[. ]/g, "-")}`,
  ];
}

/** By each spelling of one word: the words that names of images have for it. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...Object.entries(MACHINES).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
  ...Object.values(NAMES).flatMap(([first = "", ...others]) => others.map((other) => [other, first] as const)),
]);

const GLUED = /^(\p{L}{2,})(\d+)$/u;

/**
 * A folded word as names of images have it, where it is a spelling that few of them have: `aarch64` is `arm64`, `redhat` is `rhel`,
 * `ubuntu2204` is `ubuntu 22 04`. Any other word stays.
 */
export function plainSpelling(word: string): string {
  const known = PLAIN.get(word);
  if (known !== undefined) return known;
  const [, letters = "", digits = ""] = GLUED.exec(word) ?? [];
  if (letters === "") return word;
  const version = letters === "ubuntu" ? digits.replace(/^(\d\d)(\d\d)$/, "$1 $2") : digits;
  return `${PLAIN.get(letters) ?? letters} ${version}`;
}
