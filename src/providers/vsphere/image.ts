import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { type Facts, knownFacts } from "../transport/facts.ts";
import { isoTime } from "../transport/image-times.ts";
import { plainText } from "../transport/plain-text.ts";

const item = z.object({
  item: z
    .object({
      id: z.string().min(1),
      name: z.string().optional(),
      description: z.string().optional(),
      type: z.string().optional(),
      size: z.number().optional(),
      creation_time: z.string().optional(),
    })
    .catchall(z.json()),
  machine: z.record(z.string(), z.json()).nullable(),
});

const GIB = 1024 ** 3;

/**
 * Reads an item of a content library. Its `extra` begins with what Apache Libcloud makes of it (`type`, and the
 * `disk_size` of a template in GiB); the rest follows under the API's own names, the machine that a template makes last.
 */
export function vsphereImage(library: Facts): z.ZodType<MachineImage> {
  return item.transform(({ item: { id, name, ...facts }, machine }) => {
    // Called one way in the documents, the other in answers.
    const guest = plainText(machine?.["guest_OS"] ?? machine?.["guest_os"]);
    const isTemplate = facts.type === "vm-template" && facts.size !== undefined;
    const words = [facts.type, guest, library["library_name"], library["library_type"]];
    return {
      id,
      name: name || null,
      description: facts.description || null,
      ownerId: null,
      ownerAlias: null,
      platform: guest,
      architecture: null,
      visibility: "private",
      owned: true,
      createdAt: isoTime(facts.creation_time),
      deprecatedAt: null,
      keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
      extra: {
        type: facts.type ?? null,
        ...(isTemplate && { disk_size: Math.floor((facts.size ?? 0) / GIB) }),
        ...knownFacts(facts),
        ...library,
        ...machine,
      },
    };
  });
}
