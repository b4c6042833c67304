import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { goTime } from "../transport/reading/image-times.ts";
import { lenientFlag, lenientList, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import type { IdOf } from "../transport/reading/read-items.ts";

/** Whose images need no namespace to be pulled: `ubuntu` is `library/ubuntu`. */
export const OFFICIAL = "library";

const text = z.union([z.string().min(1), z.number().transform(String)]);
const listed = z.object({
  namespace: text,
  name: text,
  description: lenientText,
  date_registered: z.unknown().optional(),
  categories: z.unknown().optional(),
  content_types: z.unknown().optional(),
});

const found = z.object({
  name: text,
  short_description: lenientText,
  created_at: z.unknown().optional(),
  badge: lenientText,
  publisher: lenientRecord,
  archived: lenientFlag,
  categories: z.unknown().optional(),
  content_types: z.unknown().optional(),
  operating_systems: z.unknown().optional(),
  architectures: z.unknown().optional(),
});

/** What the two answers say of a repository, each in its own words. */
interface Repository {
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: unknown;
  /** `official`, `verified_publisher`, `open_source`. */
  readonly badge: string | null;
  /** All that it runs on, where that is one. */
  readonly platform: string | null;
  readonly architecture: string | null;
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
    platform: null,
    architecture: null,
    facts: {
      categories: namesOf(repository.categories),
      content_types: namesOf(repository.content_types),
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
    platform: onlyOf(repository.operating_systems),
    architecture: onlyOf(repository.architectures),
    facts: {
      publisher: lenientText.parse(repository.publisher["name"]) || undefined,
      archived: repository.archived ?? undefined,
      categories: namesOf(repository.categories),
      content_types: namesOf(repository.content_types),
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
function imageOf({ namespace, name, description, createdAt, badge, facts, ...about }: Repository): MachineImage {
  const id = `${namespace}/${name}`;
  const known = knownMembers(facts);
  return {
    id,
    name: id,
    description: description || null,
    ownerId: namespace,
    ownerAlias: badge,
    platform: about.platform,
    architecture: about.architecture,
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

const named = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const names = lenientList(named);

/** The names in a list, in an order of our own, since the Hub's is nobody's promise; undefined where it is no list. */
function namesOf(things: unknown): string[] | undefined {
  return Array.isArray(things)
    ? names
        .parse(things)
        .filter((name) => name !== "")
        .toSorted()
    : undefined;
}

/** The name in a list of one. One that can be read beside others that cannot is not the only one. */
function onlyOf(things: unknown): string | null {
  return Array.isArray(things) && things.length === 1 ? (namesOf(things)?.[0] ?? null) : null;
}

/** The id of what the search found, for one that cannot be read. */
export const foundId: IdOf = (item) => {
  const { data } = z.object({ id: text }).safeParse(item);
  return data && splitName(data.id).join("/");
};
