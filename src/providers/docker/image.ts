import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { goTime } from "../transport/reading/image-times.ts";
import { jsonRecord, jsonValue } from "../transport/reading/json-values.ts";
import { lenientRecord } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z.object({
  name: z.string().min(1).nullable(),
  summary: z.object({ Id: z.string().min(1) }).catchall(jsonValue),
  image: jsonRecord,
  tags: z.array(z.string()),
  digests: z.array(z.string()),
});
type DockerItem = z.infer<typeof item>;

/**
 * Reads an image under one of its names. Its `extra` begins with what Apache Libcloud makes of it (`created size
 * virtual_size`); what it leaves out follows in the same style, but for the settings of containers made of the image:
 * their environment may hold secrets.
 */
export const dockerImage: z.ZodType<MachineImage> = item.transform((read) => {
  const { name, summary, image } = read;
  const labels = lenientRecord.parse(summary["Labels"]);
  return {
    id: name ?? summary.Id,
    name,
    description: plainText(labels["org.opencontainers.image.description"]) ?? plainText(image["Comment"]),
    ownerId: null,
    ownerAlias: null,
    platform: plainText(image["Os"]),
    architecture: plainText(image["Architecture"]),
    visibility: "private",
    owned: true,
    createdAt: goTime(image["Created"]),
    deprecatedAt: null,
    keywords: keywordsOf(read, Object.values(labels)),
    extra: extraOf(read),
  };
});

function keywordsOf({ summary, image, tags, digests }: DockerItem, labels: readonly unknown[]): string[] {
  const words = [summary.Id, ...tags, ...digests, ...labels, image["Variant"], image["OsVersion"], image["Author"]];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

function extraOf({ summary, image, tags, digests }: DockerItem): MachineImage["extra"] {
  return {
    created: summary["Created"] ?? null,
    size: summary["Size"] ?? null,
    virtual_size: summary["VirtualSize"] ?? null,
    id: summary.Id,
    parent_id: summary["ParentId"] ?? null,
    repo_tags: tags,
    repo_digests: digests,
    labels: summary["Labels"] ?? {},
    architecture: image["Architecture"] ?? null,
    os: image["Os"] ?? null,
    ...knownMembers({
      variant: image["Variant"] ?? undefined,
      os_version: image["OsVersion"] ?? undefined,
      author: image["Author"] ?? undefined,
      comment: image["Comment"] ?? undefined,
      docker_version: image["DockerVersion"] ?? undefined,
    }),
  };
}
