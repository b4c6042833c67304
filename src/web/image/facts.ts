import type { Entry } from "../server/answers.ts";
import { titleOfSystem } from "./systems.ts";

type DatedEntry = Pick<Entry, "created_at">;

/** When an image was made: ISO 8601; null when its cloud does not say. */
export function createdAt({ created_at: text }: DatedEntry): string | null {
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : null;
}

/** The system and its version, as far as they are known: `Ubuntu 22.04`. */
export function systemOf({ os, os_version: version }: Pick<Entry, "os" | "os_version">): string | null {
  return os === null ? null : [titleOfSystem(os), version].filter((part) => part !== null).join(" ");
}
