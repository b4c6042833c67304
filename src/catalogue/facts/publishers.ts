import type { MachineImage } from "../../image.ts";
import { ALIBABA_PUBLISHERS } from "../../providers/alibaba/publishers.ts";
import { AZURE_PUBLISHERS } from "../../providers/azure/publishers.ts";
import { EC2_PUBLISHERS } from "../../providers/ec2/publishers.ts";
import { GCE_PUBLISHERS } from "../../providers/gce/publishers.ts";
import type { Publisher } from "../../providers/publisher.ts";
import { SCALEWAY_ORGANIZATION } from "../../providers/scaleway/publishers.ts";

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
  Object.entries({
    alibaba: ALIBABA_PUBLISHERS,
    azure: AZURE_PUBLISHERS,
    ec2: EC2_PUBLISHERS,
    gce: GCE_PUBLISHERS,
  }).map(([provider, publishers]) => [provider, indexOf(publishers)]),
);

const NOBODY: TrustVerdict = { name: null, trust: "community" };

/** Clouds where, unless their operator allowed others to, only the operator makes an image public. */
const OPERATOR_MAKES_PUBLIC: ReadonlySet<string> = new Set([
  "digitalocean",
  "hetzner",
  "ibm",
  "linode",
  "openstack",
  "oracle",
  "rackspace",
  "vultr",
]);

/** Whom Docker vouches for: https://docs.docker.com/docker-hub/image-library/trusted-content/ */
const HUB_BADGES: ReadonlySet<string> = new Set(["verified_publisher", "open_source"]);

/**
 * Who publishes an image. `provider` tells whose account numbers its owner ids are: an OpenStack project
 * that has the digits of an EC2 account is not that publisher.
 */
export function publisherOf(image: PublishedImage, provider: string): TrustVerdict {
  const { name, trust } = findPublisher(image, provider) ?? othersOf(image, provider);
  return { name, trust: image.owned ? "self" : trust };
}

/** The known publisher of an image: the first that fits it. On EC2 an account tells more than what EC2 calls its owner. */
function findPublisher(image: PublishedImage, provider: string): Publisher | undefined {
  const { byAccount, byAlias } = PUBLISHERS.get(provider) ?? {};
  // EC2 accounts stay who they are, whoever may see an image of theirs.
  if (provider !== "ec2" && image.visibility !== "public") return undefined;
  const lowerName = image.name?.toLowerCase() ?? "";
  const fits = ({ namePrefixes }: Publisher): boolean =>
    !namePrefixes || namePrefixes.some((prefix) => lowerName.startsWith(prefix));
  const ofAccount = byAccount?.get(image.ownerId?.toLowerCase() ?? "")?.find(fits);
  return ofAccount ?? byAlias?.get(image.ownerAlias ?? "")?.find(fits);
}

function othersOf({ visibility, ownerId, ownerAlias }: PublishedImage, provider: string): TrustVerdict {
  if (visibility !== "public") return NOBODY;
  if (OPERATOR_MAKES_PUBLIC.has(provider)) return { name: null, trust: "verified" };
  // Microsoft checks who publishes in its Marketplace, and under which name.
  if (provider === "azure") return { name: ownerId, trust: "verified" };
  if (provider === "scaleway") return publisherOnScaleway(ownerId);
  if (provider === "dockerhub") return publisherOnHub(ownerId, ownerAlias);
  return NOBODY;
}

/** The Marketplace names no owner. Users make images public too. */
function publisherOnScaleway(organization: string | null): TrustVerdict {
  const isOperators = organization === null || organization === SCALEWAY_ORGANIZATION;
  return isOperators ? { name: null, trust: "verified" } : NOBODY;
}

function publisherOnHub(namespace: string | null, badge: string | null): TrustVerdict {
  if (badge === "official") return { name: "Docker Official Images", trust: "official" };
  return HUB_BADGES.has(badge ?? "") ? { name: namespace, trust: "verified" } : NOBODY;
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
