import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { goTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z.object({ fingerprint: z.string().min(1) }).catchall(jsonValue);

const said = z.object({
  aliases: lenientList(z.object({ name: lenientText, description: lenientText })),
  architecture: lenientText,
  filename: lenientText,
  profiles: lenientList(z.unknown()),
  properties: lenientRecord,
  public: lenientFlag,
  type: lenientText,
});

/**
 * Reads an image of the REST API. Its `extra` is all that the API says, as with Apache Libcloud. An image is known by
 * its fingerprint; where several projects are listed, each of which may have it, by `PROJECT/FINGERPRINT` but for the
 * default one's.
 */
export function incusImage({
  project,
  isTrusted,
  isOneOfMany = false,
}: {
  project: string;
  isTrusted: boolean;
  isOneOfMany?: boolean;
}): z.ZodType<MachineImage> {
  return item.transform((image) => {
    const { aliases, architecture, properties, public: isPublic, ...others } = said.parse(image);
    const description = plainText(properties["description"]);
    return {
      id: isOneOfMany ? `${project}/${image.fingerprint}` : image.fingerprint,
      // Of builds that an alias has left, and of images fetched by the server itself, only the description tells.
      name: aliases[0]?.name || description,
      description,
      ownerId: project,
      ownerAlias: null,
      platform: plainText(properties["os"]),
      architecture: architecture || null,
      visibility: isPublic ? "public" : "private",
      owned: isTrusted,
      createdAt: goTime(image["created_at"]),
      deprecatedAt: goTime(image["expires_at"]),
      keywords: keywordsOf(
        aliases.flatMap(({ name, description: about }) => [name, about]),
        Object.values(properties),
        others.profiles,
        [others.type, others.filename],
      ),
      extra: knownMembers(image),
    };
  });
}

function keywordsOf(...words: readonly (readonly unknown[])[]): string[] {
  return [
    ...new Set(
      words
        .flat()
        .map(plainText)
        .filter((word) => word !== null),
    ),
  ];
}
