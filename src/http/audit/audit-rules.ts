/** How bad a finding is: what is wrong, what may be wrong, what is worth knowing. The words are SARIF's. */
export type AuditLevel = "error" | "warning" | "note";

/** What an audit looks for, and how bad it is. */
export const AUDIT_RULES = {
  "image-gone": { level: "error", summary: "The image is no longer listed: no machine can start from it." },
  "image-look-alike": {
    level: "error",
    summary: "The image is named like a known publisher's images, but belongs to somebody else.",
  },
  "lookup-without-owner": {
    level: "error",
    summary: "An image is looked up by name without its owner: anybody can publish an image of that name.",
  },
  "image-deprecated": { level: "warning", summary: "The image is deprecated." },
  "image-not-launchable": { level: "warning", summary: "The cloud says that no machine can start from the image." },
  "image-never-seen": {
    level: "warning",
    summary: "No backend ever listed the image. It may still exist.",
  },
  "image-unknown": { level: "warning", summary: "The image could not be judged, because something is not listed yet." },
  "image-behind": { level: "note", summary: "There are newer builds of the image." },
  "unknown-publisher": { level: "note", summary: "The image's owner is not a known publisher." },
} as const satisfies Readonly<Record<string, { readonly level: AuditLevel; readonly summary: string }>>;

export type AuditRule = keyof typeof AUDIT_RULES;
