import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { isoTime } from "../transport/image-times.ts";
import { plainText } from "../transport/plain-text.ts";
import type { TemplateFilter } from "./template-filters.ts";

const item = z
  .object({
    id: z.string().min(1),
    name: z.string().nullish(),
    displaytext: z.string().nullish(),
    account: z.string().nullish(),
    accountid: z.string().nullish(),
    project: z.string().nullish(),
    projectid: z.string().nullish(),
    created: z.string().nullish(),
    hypervisor: z.string().nullish(),
    format: z.string().nullish(),
    ostypename: z.string().nullish(),
    arch: z.string().nullish(),
    ispublic: z.boolean().nullish(),
    tags: z.array(z.object({ key: z.string(), value: z.string().nullish() }).catchall(z.json())).nullish(),
    details: z.record(z.string(), z.json()).nullish(),
    zones: z.array(z.record(z.string(), z.json())).optional(),
  })
  .catchall(z.json());
type Template = z.infer<typeof item>;

/**
 * Reads a template that `filter` found. Its `extra` begins with what Apache Libcloud makes of it (`hypervisor format os
 * displaytext`); the rest follows under the API's own names. Where copies in several zones differ, `zones` has their
 * differences.
 */
export function cloudstackImage(filter: TemplateFilter): z.ZodType<MachineImage> {
  const owned = filter === "self" || filter === "selfexecutable";
  return item.transform((template) => ({
    id: template.id,
    name: template.name || null,
    description: template.displaytext || null,
    ownerId: template.projectid || template.accountid || template.account || null,
    ownerAlias: template.project || template.account || null,
    platform: template.ostypename || null,
    architecture: template.arch || null,
    visibility: template.ispublic ? "public" : filter === "sharedexecutable" ? "shared" : "private",
    owned,
    createdAt: isoTime(template.created),
    deprecatedAt: null,
    keywords: keywordsOf(template),
    extra: extraOf(template),
  }));
}

function keywordsOf({ tags, details, zones = [], ...template }: Template): string[] {
  const { hypervisor, format, templatetype, templatetag, domain, zonename } = template;
  const ofTags = (tags ?? []).map(({ value }) => value);
  const ofZones = zones.map((zone) => zone["zonename"]);
  const others = [hypervisor, format, templatetype, templatetag, domain, zonename];
  const words = [...ofTags, ...Object.values(details ?? {}), ...others, ...ofZones];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

/** Libcloud's, and what stands outside of `extra`. */
const ELSEWHERE = new Set(["id", "name", "hypervisor", "format", "ostypename", "displaytext"]);

function extraOf(template: Template): MachineImage["extra"] {
  const { hypervisor = null, format = null, ostypename: os = null, displaytext = null } = template;
  return { hypervisor, format, os, displaytext, ...knownFacts(template, ELSEWHERE) };
}
