import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { type ExtraMembers, knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonRecord, jsonValue } from "../transport/reading/json-values.ts";
import { lenientNumber, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z.object({
  item: z.object({ id: z.string().min(1) }).catchall(jsonValue),
  machine: jsonRecord.nullable(),
});
const said = z.object({
  name: lenientText,
  description: lenientText,
  type: lenientText,
  size: lenientNumber,
});

/** Fields of their own in an image. */
const NAMED = new Set(["id", "name"]);

const GIB = 1024 ** 3;

/**
 * Reads an item of a content library. Its `extra` begins with what Apache Libcloud makes of it (`type`, and the
 * `disk_size` of a template in GiB); the rest follows under the API's own names, the machine that a template makes last.
 */
export function vsphereImage(library: ExtraMembers): z.ZodType<MachineImage> {
  return item.transform(({ item: found, machine }) => {
    const facts = knownMembers(found, NAMED);
    const { name, description, type, size } = said.parse(found);
    // Called one way in the documents, the other in answers.
    const guest = plainText(machine?.["guest_OS"] ?? machine?.["guest_os"]);
    const isTemplate = type === "vm-template" && size !== null;
    const words = [type, guest, library["library_name"], library["library_type"]];
    return {
      id: found.id,
      name: name || null,
      description: description || null,
      ownerId: null,
      ownerAlias: null,
      platform: guest,
      architecture: null,
      visibility: "private",
      owned: true,
      createdAt: isoTime(facts["creation_time"]),
      deprecatedAt: null,
      keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
      extra: {
        type: facts["type"] ?? null,
        ...(isTemplate && { disk_size: Math.floor(size / GIB) }),
        ...facts,
        ...library,
        ...machine,
      },
    };
  });
}
