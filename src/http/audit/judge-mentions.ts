import { AUDIT_RULES, type AuditRule, type AuditLevel } from "./audit-rules.ts";
import type { OpenLookup } from "./open-lookup.ts";

/** A finding about a place in a text. */
export interface AuditFinding {
  readonly rule: AuditRule;
  readonly level: AuditLevel;
  /** For people: one sentence, or two. */
  readonly message: string;
}

/** The fields of `POST /images/lookup` that the audit judges. */
export interface LookedUpMention {
  readonly id: string;
  readonly status: "known" | "gone" | "never_seen" | "unknown";
  readonly missing: readonly { readonly source: string; readonly reason: string }[];
  readonly images: readonly MentionedImage[];
}

interface MentionedImage {
  readonly name: string;
  readonly owner_id: string | null;
  readonly trust: string;
  readonly look_alike_of: string | null;
  readonly launchable: boolean;
  /** Times are ISO 8601. */
  readonly deprecated_at: string | null;
  readonly retired_at: string | null;
  readonly builds_behind: number;
  readonly newest: { readonly id: string; readonly name: string } | null;
}

/** What is wrong with an image, the worst first; empty when all is well. `now` is ISO 8601. */
export function judgeImage(answer: LookedUpMention, now: string): AuditFinding[] {
  const { id, status, images, missing } = answer;
  if (status === "unknown") {
    const sources = missing.map(({ source, reason }) => `${source} (${reason})`).join("; ");
    return [finding("image-unknown", `${id} could not be judged; not listed: ${sources || "any backend"}`)];
  }
  const [image] = images;
  if (status === "never_seen" || !image)
    return [finding("image-never-seen", `no backend ever listed ${id}; it may belong to another account or region`)];
  const instead = newestOf(answer);
  if (status === "gone")
    return [
      ...lookAlike(image),
      finding("image-gone", `${id} (${image.name}) has been gone since ${day(image.retired_at)}${instead}`),
    ];
  return [...lookAlike(image), ...stateOf(answer, image, now, instead), ...publisherOf(image)];
}

function lookAlike({ look_alike_of: publisher, name, owner_id: owner }: MentionedImage): AuditFinding[] {
  if (publisher === null) return [];
  const whose = owner === null ? "somebody else" : owner;
  return [finding("image-look-alike", `${name} looks like an image of ${publisher}, but belongs to ${whose}`)];
}

function stateOf({ id }: LookedUpMention, image: MentionedImage, now: string, instead: string): AuditFinding[] {
  const { name, deprecated_at: deprecatedAt, launchable, builds_behind: behind } = image;
  if (!launchable) return [finding("image-not-launchable", `${id} (${name}) cannot be launched${instead}`)];
  if (deprecatedAt !== null && deprecatedAt <= now)
    return [finding("image-deprecated", `${id} (${name}) has been deprecated since ${day(deprecatedAt)}${instead}`)];
  if (behind === 0) return [];
  const builds = behind === 1 ? "1 build" : `${behind} builds`;
  return [finding("image-behind", `${id} (${name}) is ${builds} behind${instead}`)];
}

function publisherOf({ trust, look_alike_of: publisher, name, owner_id: owner }: MentionedImage): AuditFinding[] {
  if (trust !== "community" || publisher !== null) return [];
  return [
    finding("unknown-publisher", `${name} belongs to ${owner ?? "an unnamed owner"}, which is not a known publisher`),
  ];
}

/** `; the newest is ami-… (…)`, empty when that is the image itself or there is none. */
function newestOf({ id, images }: LookedUpMention): string {
  const newest = images[0]?.newest;
  return newest && newest.id !== id ? `; the newest build is ${newest.id} (${newest.name})` : "";
}

/** What is wrong with a look-up. */
export function judgeLookup({ what, takesNewest }: OpenLookup): AuditFinding {
  const { level, message } = finding(
    "lookup-without-owner",
    takesNewest
      ? `${what} takes the newest image of a name from any owner; name the owners`
      : `${what} looks for an image from any owner; name the owners`,
  );
  return { rule: "lookup-without-owner", level: takesNewest ? level : "warning", message };
}

function finding(rule: AuditRule, message: string): AuditFinding {
  return { rule, level: AUDIT_RULES[rule].level, message };
}

function day(time: string | null): string {
  return time?.slice(0, 10) ?? "an unknown day";
}
