import type { Entry, Json } from "../server/answers.ts";

/** Clouds name the same thing differently: the names of `extra` to look under, the likeliest first. */
const CREATED = ["creation_date", "created", "created_at", "creationTimestamp", "creation_time", "time_created"];
const OWNER = ["owner_id", "owner", "image_owner_id", "project"];
const ARCHITECTURE = ["architecture", "arch"];

type Extra = Entry["extra"];

/** When an image was made: ISO 8601; null when its cloud does not say. */
export function createdAt({ extra }: { readonly extra: Extra }): string | null {
  const text = textAt(extra, CREATED);
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : null;
}

export function ownerOf({ extra }: { readonly extra: Extra }): string | null {
  return textAt(extra, OWNER);
}

export function architectureOf({ extra }: { readonly extra: Extra }): string | null {
  return textAt(extra, ARCHITECTURE);
}

export function platformOf({ extra }: { readonly extra: Extra }): string | null {
  return textAt(extra, ["platform_details", "platform", "os_distro", "os_name"]);
}

function textAt(extra: Extra, names: readonly string[]): string | null {
  for (const name of names) {
    const value: Json | undefined = extra[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
