import { codenameOf, releaseNamedIn } from "./codenames.ts";
import { SYSTEM_RULES, type SystemRule } from "./system-rules.ts";

/** An operating system, as far as it is known. */
export interface System {
  /** `ubuntu`, `rhel`, `windows`. */
  readonly os: string;
  /** `22.04`, `9.4`, `2012 R2`. */
  readonly version: string | null;
  /** `jammy`. */
  readonly codename: string | null;
}

/** So many questions are remembered, of so many characters. */
const MOST_KNOWN = 500;
const MOST_KNOWN_LENGTH = 150;

/** `readSystem` for what clouds' own fields say: of their texts there are few. */
export function createSystemReader(): typeof readSystem {
  const known = new Map<string, System | null>();
  return (...texts) => {
    const key = JSON.stringify(texts);
    const read = known.get(key);
    if (read !== undefined) return read;
    const system = readSystem(...texts);
    if (key.length <= MOST_KNOWN_LENGTH && known.size < MOST_KNOWN) known.set(key, system);
    return system;
  };
}

/** Longer texts say more than which system an image is. */
const MOST_LENGTH = 500;

/**
 * The system that texts name, the best text first: a later one adds only the version, and only of the same system. Null where
 * none names one. Of images of strangers only the cloud's own fields may be read so, never the name.
 */
export function readSystem(...texts: readonly (string | null | undefined)[]): System | null {
  let known: System | null = null;
  for (const text of texts) {
    const read = readText(text ?? "");
    if (!read) continue;
    if (!known) known = read;
    else if (known.os === read.os && known.version === null)
      known = { ...read, codename: read.codename ?? known.codename };
    if (known.version !== null) return known;
  }
  return known;
}

function readText(text: string): System | null {
  const plain = plainText(text.slice(0, MOST_LENGTH));
  if (plain === "") return null;
  const words = new Set(plain.split(" "));
  for (const rule of SYSTEM_RULES) {
    const at = plain.search(rule.is);
    if (at >= 0) return systemOf(rule, plain.slice(at).replace(BESIDE, ""), words);
  }
  return null;
}

const MACHINES =
  /(?<![a-z0-9])(?:x86[ _-]64|x86|x64|i[3-6]86|arm64|aarch64|amd64)(?![a-z0-9])|(?<!\d)(?:64|32)[ _-]?bits?(?![a-z0-9])/g;

/** Ids and hashes: their digits are no version. `4efc6e1f-901e-4105-a406-42c6193e6b45`, `ami-0b4d24f9`, `g3f9c2e1`. */
const IDS =
  /(?<![a-z0-9])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:ami|snap|vol|i)-[0-9a-f]{8,17}|g?(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,64})(?![a-z0-9])/g;

/** What follows is another product, whose version is not the system's: `Debian with PHP 8.2`. */
const BESIDE = / (?:with|and|plus|running|including|featuring) .*/;

/** Small letters, and one space between runs of letters, digits and dots; machines, whose names have numbers, as a word. */
function plainText(text: string): string {
  const words = text
    .toLowerCase()
    .replace(IDS, " ")
    .replace(MACHINES, " machine ")
    .replace(/[^a-z0-9.]+/g, " ");
  return words.trim();
}

function systemOf(rule: SystemRule, text: string, words: ReadonlySet<string>): System {
  const { os } = rule;
  const named = releaseNamedIn(os, words);
  const version = named?.version ?? versionIn(rule, text);
  return {
    os,
    version,
    codename: named?.codename ?? (version === null ? null : codenameOf(os, version)) ?? rule.codename ?? null,
  };
}

function versionIn({ versions = [], version }: SystemRule, text: string): string | null {
  for (const pattern of versions) {
    const [, ...groups] = pattern.exec(text) ?? [];
    const parts = groups.filter((part) => part !== undefined);
    if (parts.length > 0) return parts.join(".").replace(/\.r2$/, " R2");
  }
  return version ?? null;
}
