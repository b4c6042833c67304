import type { MachineImage } from "../../image.ts";
import { ANYBODY, OPERATOR, type PublishedBy } from "../../providers/cloud-facts.ts";
import type { Publisher } from "../../providers/publisher.ts";
import { cloudFacts, listProviders } from "../../providers/registry.ts";

/**
 * How far an image's publisher can be trusted: the account's own, the maker of what the image holds,
 * somebody known, anybody.
 */
export type Trust = "self" | "official" | "verified" | "community";

interface TrustVerdict {
  /** What people call the publisher; null when nobody known. */
  readonly name: string | null;
  readonly trust: Trust;
}

/** What tells whose an image is. */
export type PublishedImage = Pick<MachineImage, "name" | "ownerId" | "ownerAlias" | "owned" | "visibility">;

/** The publishers of a cloud, by owner and by the cloud's word for owners. */
interface PublisherIndex {
  readonly byAccount: ReadonlyMap<string, readonly Publisher[]>;
  readonly byAlias: ReadonlyMap<string, readonly Publisher[]>;
}

const PUBLISHERS: ReadonlyMap<string, PublisherIndex> = new Map(
  listProviders().map(({ name, facts }) => [name, indexOf(facts.publishers ?? [])]),
);

/** Whether anything tells who publishes a cloud's public images. Where nothing does, all images are the operator's own. */
export function tellsPublishers(provider: string): boolean {
  const facts = cloudFacts(provider);
  return facts !== undefined && (facts.publishers !== undefined || facts.publicImages !== "anybody");
}

/**
 * Who publishes an image. `provider` tells whose account numbers its owner ids are: an OpenStack project
 * that has the digits of an EC2 account is not that publisher.
 */
export function publisherOf(image: PublishedImage, provider: string): TrustVerdict {
  const { name, trust } = findPublisher(image, provider) ?? othersOf(image, provider);
  return { name, trust: image.owned ? "self" : trust };
}

/** The known publisher of an image: the first that fits it. On EC2 the account id is more specific than the owner alias. */
function findPublisher(image: PublishedImage, provider: string): Publisher | undefined {
  const { byAccount, byAlias } = PUBLISHERS.get(provider) ?? {};
  if (image.visibility !== "public" && !cloudFacts(provider)?.publishersOfPrivate) return undefined;
  const lowerName = image.name?.toLowerCase() ?? "";
  const fits = ({ namePrefixes }: Publisher): boolean =>
    !namePrefixes || namePrefixes.some((prefix) => lowerName.startsWith(prefix));
  const ofAccount = byAccount?.get(image.ownerId?.toLowerCase() ?? "")?.find(fits);
  return ofAccount ?? byAlias?.get(image.ownerAlias ?? "")?.find(fits);
}

function othersOf(image: PublishedImage, provider: string): PublishedBy {
  if (image.visibility !== "public") return ANYBODY;
  const publicImages = cloudFacts(provider)?.publicImages ?? "anybody";
  if (typeof publicImages === "function") return publicImages(image);
  return publicImages === "operator" ? OPERATOR : ANYBODY;
}

function indexOf(publishers: readonly Publisher[]): PublisherIndex {
  const entries = publishers.flatMap((publisher) =>
    publisher.accounts.map((account) => ({ account: account.toLowerCase(), publisher })),
  );
  const byAccount = Map.groupBy(entries, ({ account }) => account);
  return {
    byAccount: new Map([...byAccount].map(([account, of]) => [account, of.map(({ publisher }) => publisher)])),
    byAlias: Map.groupBy(
      publishers.filter(({ alias }) => alias !== undefined),
      ({ alias }) => alias ?? "",
    ),
  };
}
