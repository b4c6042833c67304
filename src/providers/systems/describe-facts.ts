import type { ImageFacts, MachineImage } from "../../image.ts";
import { canonicalArchitecture } from "./architectures.ts";
import { createSystemReader, readSystem, type System } from "./read-system.ts";
import type { SaidFacts } from "./said-facts.ts";

/** Words of one system that clouds have, and no text: `os_distro` of OpenStack, `os` of image streams. */
const DISTROS: Readonly<Record<string, string>> = {
  alma: "almalinux",
  amzn: "amazon linux",
  arch: "arch linux",
  archlinux: "arch linux",
  cos: "container optimized os",
  ol: "oracle linux",
  oracle: "oracle linux",
  redhat: "rhel",
  suse: "sles",
  voidlinux: "void linux",
  win: "windows",
};
/** Words that say nothing. */
const NO_SYSTEM = /^(linux|unix|unknown|others?|others? linux|custom(ized)? linux|custom|none|null|n\/a|default)$/;
const ONE_WORD = /^[a-z][a-z0-9-]{1,30}$/;

/** Systems that clouds give the name of the one that they are made from. */
const MADE_FROM: Readonly<Record<string, readonly string[]>> = { sles: ["sle-micro"], rhel: ["rhcos"] };

/** How much a publisher's names of images say: nothing of a stranger's; of a seller's only a system with its version. */
export type NameTrust = "maker" | "seller" | "stranger";

/** The facts of an image: what its cloud says, and what the name of a known publisher's image adds. */
export function describeFacts(image: MachineImage, said: SaidFacts, trust: NameTrust): ImageFacts {
  const system = addNamed(saidSystem(said), namedSystem(image, trust));
  return {
    os: system?.os ?? null,
    osVersion: system?.version ?? null,
    osCodename: system?.codename ?? null,
    architecture: canonicalArchitecture(image.architecture) ?? canonicalArchitecture(said.architecture ?? null),
    state: said.state ?? "available",
    hidden: said.hidden ?? false,
  };
}

const readSaid = createSystemReader();

function saidSystem({ system = [], distro, version }: SaidFacts): System | null {
  const word = distro?.trim().toLowerCase() ?? "";
  const alias = DISTROS[word];
  const read = readSaid(alias === undefined ? null : `${alias} ${version ?? ""}`, ...system);
  if (read) return { ...read, version: read.version ?? plainVersion(version) };
  if (!ONE_WORD.test(word) || NO_SYSTEM.test(word)) return null;
  return { os: word, version: plainVersion(version), codename: null };
}

/** A version that is one: a word such as `current` is none. */
function plainVersion(version: string | null | undefined): string | null {
  return version && /^\d+(\.\d+)*$/.test(version) ? version : null;
}

function namedSystem({ name, description }: MachineImage, trust: NameTrust): System | null {
  if (trust === "stranger") return null;
  const read = readSystem(name, description);
  return read && (trust === "maker" || read.version !== null) ? read : null;
}

function addNamed(said: System | null, named: System | null): System | null {
  if (!said || !named) return said ?? named;
  if (MADE_FROM[said.os]?.includes(named.os)) return named;
  return said.os === named.os && said.version === null ? { ...named, codename: named.codename ?? said.codename } : said;
}
