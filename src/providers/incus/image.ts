import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { goTime } from "../transport/image-times.ts";

const alias = z.object({ name: z.string(), description: z.string().nullish() }).catchall(z.json());

const item = z
  .object({
    fingerprint: z.string().min(1),
    aliases: z.array(alias).nullish(),
    architecture: z.string().nullish(),
    created_at: z.string().nullish(),
    expires_at: z.string().nullish(),
    filename: z.string().nullish(),
    profiles: z.array(z.string()).nullish(),
    properties: z.record(z.string(), z.string()).nullish(),
    public: z.boolean().nullish(),
    type: z.string().nullish(),
  })
  .catchall(z.json());
type IncusItem = z.infer<typeof item>;

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
    const properties = image.properties ?? {};
    const description = properties["description"] || null;
    return {
      id: isOneOfMany ? `${project}/${image.fingerprint}` : image.fingerprint,
      // Of builds that an alias has left, and of images fetched by the server itself, only the description tells.
      name: image.aliases?.[0]?.name || description,
      description,
      ownerId: project,
      ownerAlias: null,
      platform: properties["os"] || null,
      architecture: image.architecture || null,
      visibility: image.public ? "public" : "private",
      owned: isTrusted,
      createdAt: goTime(image.created_at),
      deprecatedAt: goTime(image.expires_at),
      keywords: keywordsOf(image),
      extra: knownFacts(image),
    };
  });
}

function keywordsOf({ aliases, properties, profiles, type, filename }: IncusItem): string[] {
  const named = (aliases ?? []).flatMap((one) => [one.name, one.description]);
  const words = [...named, ...Object.values(properties ?? {}), ...(profiles ?? []), type, filename];
  return [...new Set(words.filter((word) => typeof word === "string" && word !== ""))].map(String);
}
