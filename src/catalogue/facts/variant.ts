import { fold, wordsOf } from "../../fold.ts";
import { listProviders } from "../../providers/registry.ts";
import type { Trust } from "./publishers.ts";

/** Words that mark a special build beside the one most people mean. */
const VARIANT_WORDS: ReadonlySet<string> = new Set(
  [
    // Stages.
    "alpha beta current daily dev devel eval kitten nightly next preview rawhide rc snapshot stage test testing unofficial unstable",
    // Terms of a subscription that one must have first.
    "access2 byol byos",
    // Other editions of a distribution.
    "coreos iot kinoite rhcos silverblue",
    // Less than the whole system, or another way to start it.
    "core instance minimal nat paravirtual pv small smalldisk wsl",
    // Systems made for a service or a use.
    "accelerator aks atomic backports builder chost confidential containers cuda cvm desktop docker dsvm ecs eks eksoptimized",
    "fips gpu ha hardened hpc inf k8s kube lvm manager multisite neuron nvidia optimized pro sap sapcal sapha secureboot sev snp sql stig tdx zfs",
    // Windows in other languages than English.
    "chinese czech dutch french german hungarian italian japanese korean packs polish portuguese russian spanish swedish turkish",
  ].flatMap((line) => line.split(" ")),
);

/** Words of one publisher that mark nothing special in its own names, or that do so only there. */
const OF_PUBLISHER: Readonly<
  Record<string, { readonly plain?: readonly string[]; readonly special?: readonly string[] }>
> = {
  // Each of its images is for one of them.
  Bottlerocket: { plain: ["k8s"] },
  // Its branch between releases; of other publishers it is the channel that most people mean.
  FreeBSD: { special: ["stable"] },
};

/** `sql2022`, `win2022-sql2019`: the product with its version. */
const GLUED_SQL = /^sql\d/;

const KNOWN = listProviders().flatMap(({ facts }) => facts.publishers ?? []);

/** What all images of an account are built for. */
const BY_OWNER: ReadonlyMap<string, string> = new Map(
  KNOWN.flatMap(({ accounts, variant }) => (variant ? accounts.map((account) => [account, variant] as const) : [])),
);

/** The same of publishers that have accounts which nobody lists. */
const BY_PUBLISHER: ReadonlyMap<string, string> = new Map(
  KNOWN.flatMap(({ name, alias, variant }) => (variant && alias ? [[name, variant] as const] : [])),
);

/** What tells which build an image is. `publisher` is null or "" for nobody known. */
export interface VariantSource {
  readonly name: string;
  readonly publisher: string | null;
  readonly ownerId: string | null;
  readonly trust: Trust;
}

/**
 * What makes an image a special one of its publisher, as words in order and without repetition: `daily minimal`, `eks nvidia`;
 * null for the plain image. Names of unknown publishers, and of the account itself, say nothing.
 */
export function variantOf(image: VariantSource): string | null {
  const isPublished = image.publisher ? true : image.trust === "official" || image.trust === "verified";
  if (!isPublished) return null;
  const words = variantWords(wordsOf(fold(image.name)), image);
  return words.length === 0 ? null : words.toSorted().join(" ");
}

/** The same for a name that is already split into words, whoever owns the image. */
export function variantWords(
  words: readonly string[],
  { publisher, ownerId }: Pick<VariantSource, "publisher" | "ownerId">,
): string[] {
  const { plain, special } = OF_PUBLISHER[publisher ?? ""] ?? {};
  const found = words.flatMap((word) => {
    if (GLUED_SQL.test(word)) return ["sql"];
    return special?.includes(word) || (VARIANT_WORDS.has(word) && !plain?.includes(word)) ? [word] : [];
  });
  const ofAll = BY_OWNER.get(ownerId ?? "") ?? BY_PUBLISHER.get(publisher ?? "");
  return [...new Set(ofAll === undefined ? found : [ofAll, ...found])];
}
