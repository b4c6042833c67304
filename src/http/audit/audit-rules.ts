/** How bad a finding is: what is wrong, what may be, what is worth to know. The words are SARIF's. */
export type AuditLevel = "error" | "warning" | "note";

/** What an audit looks for, and how bad it is. */
export const AUDIT_RULES = {
  "image-gone": { level: "error", summary: "The image is listed no more: no machine starts from it." },
  "image-look-alike": {
    level: "error",
    summary: "The image has the name of a known publisher's images, and belongs to somebody else.",
  },
  "lookup-without-owner": {
    level: "error",
    summary: "An image is looked up by name without its owner: anybody can publish an image of that name.",
  },
  "image-deprecated": { level: "warning", summary: "The image is deprecated." },
  "image-not-launchable": { level: "warning", summary: "The cloud says that no machine starts from the image." },
  "image-never-seen": {
    level: "warning",
    summary: "No backend ever listed the image, which does not say that it does not exist.",
  },
  "image-unknown": { level: "warning", summary: "The image could not be judged: something is not listed." },
  "image-behind": { level: "note", summary: "Newer builds of the image are there." },
  "unknown-publisher": { level: "note", summary: "The image's owner is no known publisher." },
} as const satisfies Readonly<Record<string, { readonly level: AuditLevel; readonly summary: string }>>;

export type AuditRule = keyof typeof AUDIT_RULES;
