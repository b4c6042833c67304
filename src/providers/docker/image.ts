import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { goTime } from "../transport/image-times.ts";
import { plainText } from "../transport/plain-text.ts";

const item = z.object({
  name: z.string().nullable(),
  summary: z.object({
    Id: z.string().min(1),
    ParentId: z.string().nullish(),
    RepoTags: z.array(z.string()),
    RepoDigests: z.array(z.string()),
    Created: z.number().nullish(),
    Size: z.number().nullish(),
    VirtualSize: z.number().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  image: z.object({
    Architecture: z.string().nullish(),
    Variant: z.string().nullish(),
    Os: z.string().nullish(),
    OsVersion: z.string().nullish(),
    Created: z.string().nullish(),
    Author: z.string().nullish(),
    Comment: z.string().nullish(),
    DockerVersion: z.string().nullish(),
  }),
});
type DockerItem = z.infer<typeof item>;

/**
 * Reads an image under one of its names. Its `extra` begins with what Apache Libcloud makes of it (`created size
 * virtual_size`); what it leaves out follows in the same style, but for the settings of containers made of the image:
 * their environment may hold secrets.
 */
export const dockerImage: z.ZodType<MachineImage> = item.transform(({ name, summary, image }) => ({
  id: name ?? summary.Id,
  name,
  description: summary.Labels?.["org.opencontainers.image.description"] || image.Comment || null,
  ownerId: null,
  ownerAlias: null,
  platform: image.Os || null,
  architecture: image.Architecture || null,
  visibility: "private",
  owned: true,
  createdAt: goTime(image.Created),
  deprecatedAt: null,
  keywords: keywordsOf({ summary, image }),
  extra: extraOf({ summary, image }),
}));

function keywordsOf({ summary, image }: Omit<DockerItem, "name">): string[] {
  const names = [summary.Id, ...summary.RepoTags, ...summary.RepoDigests];
  const words = [...names, ...Object.values(summary.Labels ?? {}), image.Variant, image.OsVersion, image.Author];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

function extraOf({ summary, image }: Omit<DockerItem, "name">): MachineImage["extra"] {
  return {
    created: summary.Created ?? null,
    size: summary.Size ?? null,
    virtual_size: summary.VirtualSize ?? null,
    id: summary.Id,
    parent_id: summary.ParentId ?? null,
    repo_tags: summary.RepoTags,
    repo_digests: summary.RepoDigests,
    labels: summary.Labels ?? {},
    architecture: image.Architecture ?? null,
    os: image.Os ?? null,
    ...knownFacts({
      variant: image.Variant ?? undefined,
      os_version: image.OsVersion ?? undefined,
      author: image.Author ?? undefined,
      comment: image.Comment ?? undefined,
      docker_version: image.DockerVersion ?? undefined,
    }),
  };
}
