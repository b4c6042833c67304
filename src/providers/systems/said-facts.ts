import type { ImageState, JsonValue } from "../../image.ts";

/** What a cloud's own fields say of an image. A facts file of each cloud reads them out of the image. */
export interface SaidFacts {
  /** Texts that name the system, the best first. */
  readonly system?: readonly (string | null | undefined)[];
  /** The cloud's one word for the system, and its version: they count also where nobody else knows the system. */
  readonly distro?: string | null | undefined;
  readonly version?: string | null | undefined;
  /** The name of the image with `*` for its build, where the cloud's fields say which images are builds of one. */
  readonly family?: string | null;
  /** Where the image itself has none. */
  readonly architecture?: string | null;
  readonly state?: ImageState;
  readonly hidden?: boolean;
}

/** A text among members; null where there is none. */
export function textIn(members: JsonValue | undefined, name: string): string | null {
  const value = memberIn(members, name);
  return typeof value === "string" && value !== "" ? value : null;
}

/** The texts of a list among members. */
export function textsIn(members: JsonValue | undefined, name: string): string[] {
  const value = memberIn(members, name);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function isTrue(members: JsonValue | undefined, name: string): boolean {
  const value = memberIn(members, name);
  return value === true || value === "true";
}

function memberIn(members: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof members !== "object" || members === null || Array.isArray(members)) return undefined;
  return Object.entries(members).find(([member]) => member === name)?.[1];
}

/** A system and its version in one text; null without a system. */
export function joined(os: string | null | undefined, version: string | null | undefined): string | null {
  return os ? `${os} ${version ?? ""}` : null;
}

/** A cloud's words (in small letters) for states. `available` is one of them, and said by a cloud that says nothing. */
export function stateIn(
  word: string | null,
  words: {
    readonly available?: readonly string[];
    readonly pending?: readonly string[];
    readonly disabled?: readonly string[];
  },
): ImageState {
  const { available = ["available"], pending = [], disabled = [] } = words;
  const folded = word?.toLowerCase() ?? available[0] ?? "";
  if (available.includes(folded)) return "available";
  if (pending.includes(folded)) return "pending";
  return disabled.includes(folded) ? "disabled" : "failed";
}
