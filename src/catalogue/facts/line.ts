import type { ImageFacts } from "../../image.ts";

/** How many parts of its version are the major one; 0: a system that goes on without such. All of it where a system is not here. */
const MAJOR_PARTS: Readonly<Record<string, number>> = {
  almalinux: 1,
  alpine: 2,
  bottlerocket: 0,
  centos: 1,
  coreos: 0,
  flatcar: 0,
  freebsd: 1,
  kali: 0,
  macos: 1,
  opensuse: 1,
  "oracle-linux": 1,
  rhcos: 1,
  rhel: 1,
  rocky: 1,
  "sle-micro": 1,
  sles: 1,
  talos: 0,
};

/**
 * The line of a known publisher's image: publisher, product and variant (the name of the family without its version),
 * architecture and major version. Null where the version is not told apart from the product: then the line is the family.
 */
export function lineOf({
  publisher,
  family,
  os,
  osVersion,
  architecture,
}: Pick<ImageFacts, "os" | "osVersion" | "architecture"> & { readonly publisher: string; readonly family: string }):
  string | null {
  if (os === null || osVersion === null) return null;
  const parts = osVersion.split(".");
  const major = parts.slice(0, MAJOR_PARTS[os] ?? parts.length).join(".");
  const product = parts.length < 2 ? family : family.replace(versionIn(parts), "*");
  return [publisher, product, architecture ?? "", `${os} ${major}`.trim()].join(" | ");
}

/** A version as names write it: `8.10.0`, `8_10`, `810`, `15-sp4`; not the numbers of machines (`x86_64` beside 6.4 and 8.6). */
function versionIn(parts: readonly string[]): RegExp {
  const whole = parts.map((part) => part.replace(/\W/g, "")).join("(?:[._ -]?|[._ -]?sp)");
  return new RegExp(
    `(?<!\\d|\\.|(?:x86|x32)[_-]|(?<![a-z])(?:x|i|amd|arm|aarch|ppc))${whole}(?:\\.\\d+)*(?!\\d)`,
    "gi",
  );
}
