import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";
import type { TemplateFilter } from "./template-filters.ts";

const item = z
  .object({ id: z.union([z.string().min(1), z.number().transform(String)]) })
  .catchall(jsonValue.catch(null));
type Template = z.infer<typeof item>;

const fields = z.object({
  name: lenientText,
  displaytext: lenientText,
  account: lenientText,
  accountid: lenientText,
  project: lenientText,
  projectid: lenientText,
  ostypename: lenientText,
  arch: lenientText,
  ispublic: lenientFlag,
  tags: lenientList(z.object({ value: lenientText })),
  details: lenientRecord,
  zones: lenientList(z.object({ zonename: lenientText })),
});
type TemplateFields = z.infer<typeof fields>;

/**
 * Reads a template that `filter` found. Its `extra` begins with what Apache Libcloud makes of it (`hypervisor format os
 * displaytext`); the rest follows under the API's own names. Where copies in several zones differ, `zones` has their
 * differences.
 */
export function cloudstackImage(filter: TemplateFilter): z.ZodType<MachineImage> {
  const owned = filter === "self" || filter === "selfexecutable";
  return item.transform((template) => {
    const read = fields.parse(template);
    return {
      id: template.id,
      name: read.name || null,
      description: read.displaytext || null,
      ownerId: read.projectid || read.accountid || read.account || null,
      ownerAlias: read.project || read.account || null,
      platform: read.ostypename || null,
      architecture: read.arch || null,
      visibility: read.ispublic ? "public" : filter === "sharedexecutable" ? "shared" : "private",
      owned,
      createdAt: isoTime(template["created"]),
      deprecatedAt: null,
      keywords: keywordsOf(template, read),
      extra: extraOf(template),
    };
  });
}

function keywordsOf(template: Template, { tags, details, zones }: TemplateFields): string[] {
  const { hypervisor, format, templatetype, templatetag, domain, zonename } = template;
  const ofTags = tags.map(({ value }) => value);
  const ofZones = zones.map((zone) => zone.zonename);
  const others = [hypervisor, format, templatetype, templatetag, domain, zonename];
  const words = [...ofTags, ...Object.values(details), ...others, ...ofZones];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

/** Libcloud's, and what stands outside of `extra`. */
const ELSEWHERE = new Set(["id", "name", "hypervisor", "format", "ostypename", "displaytext"]);

function extraOf(template: Template): MachineImage["extra"] {
  const { hypervisor = null, format = null, ostypename: os = null, displaytext = null } = template;
  return { hypervisor, format, os, displaytext, ...knownMembers(template, ELSEWHERE) };
}
