import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { goTime } from "../transport/image-times.ts";
import { plainText } from "../transport/plain-text.ts";

/** Whose images need no namespace to be pulled: `ubuntu` is `library/ubuntu`. */
export const OFFICIAL = "library";

const named = z.array(z.object({ name: z.string() }).nullable()).nullish();

const listed = z.object({
  namespace: z.string().min(1),
  name: z.string().min(1),
  description: z.string().nullish(),
  date_registered: z.string().nullish(),
  categories: named,
  content_types: z.array(z.string()).nullish(),
});

const found = z.object({
  name: z.string().min(1),
  short_description: z.string().nullish(),
  created_at: z.string().nullish(),
  badge: z.string().nullish(),
  publisher: z.object({ name: z.string().nullish() }).nullish(),
  archived: z.boolean().nullish(),
  categories: named,
  content_types: z.array(z.string()).nullish(),
  operating_systems: named,
  architectures: named,
});

/** What the two answers say of a repository, each in its own words. */
interface Repository {
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null | undefined;
  readonly createdAt: string | null | undefined;
  /** `official`, `verified_publisher`, `open_source`. */
  readonly badge: string | null;
  readonly facts: { readonly [name: string]: JsonValue | undefined };
}

/** Reads an official repository as a namespace's list has it. */
export const listedRepository: z.ZodType<MachineImage> = listed.transform((repository) =>
  imageOf({
    namespace: repository.namespace,
    name: repository.name,
    description: repository.description,
    createdAt: repository.date_registered,
    badge: repository.namespace === OFFICIAL ? "official" : null,
    facts: {
      categories: namesOf(repository.categories),
      content_types: repository.content_types?.toSorted(),
    },
  }),
);

/** Reads a repository as the search has it. */
export const foundRepository: z.ZodType<MachineImage> = found.transform((repository) => {
  const [namespace, name] = splitName(repository.name);
  return imageOf({
    namespace,
    name,
    description: repository.short_description,
    createdAt: repository.created_at,
    badge: repository.badge && repository.badge !== "none" ? repository.badge : null,
    facts: {
      publisher: repository.publisher?.name || undefined,
      archived: repository.archived ?? undefined,
      categories: namesOf(repository.categories),
      content_types: repository.content_types?.toSorted(),
      operating_systems: namesOf(repository.operating_systems),
      architectures: namesOf(repository.architectures),
    },
  });
});

function splitName(fullName: string): [namespace: string, name: string] {
  const at = fullName.indexOf("/");
  return at < 0 ? [OFFICIAL, fullName] : [fullName.slice(0, at), fullName.slice(at + 1)];
}

/**
 * Stars, pulls and the time of the last push are left out: they differ at every look, and each sync would call nearly every
 * image changed.
 */
function imageOf({ namespace, name, description, createdAt, badge, facts }: Repository): MachineImage {
  const id = `${namespace}/${name}`;
  const known = knownFacts(facts);
  const only = (values: JsonValue | undefined): string | null =>
    Array.isArray(values) && values.length === 1 ? plainText(values[0]) : null;
  return {
    id,
    name: id,
    description: description || null,
    ownerId: namespace,
    ownerAlias: badge,
    platform: only(known["operating_systems"]),
    architecture: only(known["architectures"]),
    visibility: "public",
    owned: false,
    createdAt: goTime(createdAt),
    deprecatedAt: null,
    keywords: [
      ...new Set(
        Object.values(known)
          .flat()
          .filter((fact) => typeof fact === "string"),
      ),
    ],
    extra: {
      namespace,
      repository: name,
      description: description || null,
      is_official: namespace === OFFICIAL,
      badge,
      ...known,
    },
  };
}

/** The Hub's order of these is nobody's promise. */
function namesOf(things: z.infer<typeof named>): string[] | undefined {
  return things?.flatMap((thing) => thing?.name || []).toSorted();
}
