import type { MachineImage } from "../image.ts";
import { type Publisher, PUBLISHERS } from "./publisher-list.ts";

/**
 * How far an image's publisher can be trusted: the account's own, the maker of what the image holds,
 * somebody known, anybody.
 */
export type Trust = "self" | "official" | "verified" | "community";

interface Verdict {
  /** What people call the publisher; null when nobody known. */
  readonly name: string | null;
  readonly trust: Trust;
}

const BY_ACCOUNT: ReadonlyMap<string, readonly Publisher[]> = Map.groupBy(
  PUBLISHERS.flatMap((publisher) => publisher.accounts.map((account) => ({ ...publisher, account }))),
  ({ account }) => account,
);

/**
 * EC2's aliases: only Amazon and its verified partners have one; `self` says nothing of who that is.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
 */
const BY_ALIAS: ReadonlyMap<string, Verdict> = new Map([
  ["amazon", { name: "Amazon", trust: "official" }],
  ["aws-marketplace", { name: "AWS Marketplace", trust: "verified" }],
  ["aws-backup-vault", { name: "AWS Backup", trust: "verified" }],
]);

const NOBODY: Verdict = { name: null, trust: "community" };

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

/** Whose images Google's public projects hold: https://cloud.google.com/compute/docs/images/os-details */
const GCE_PROJECTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "almalinux-cloud": "AlmaLinux",
    "centos-cloud": "CentOS",
    "cos-cloud": "Google",
    "debian-cloud": "Debian",
    "deeplearning-platform-release": "Google",
    "fedora-cloud": "Fedora",
    "fedora-coreos-cloud": "Fedora CoreOS",
    "freebsd-org-cloud-dev": "FreeBSD",
    "ml-images": "Google",
    "opensuse-cloud": "openSUSE",
    "oracle-linux-cloud": "Oracle",
    "rhel-cloud": "Red Hat",
    "rhel-sap-cloud": "Red Hat",
    "rocky-linux-cloud": "Rocky Linux",
    "suse-byos-cloud": "SUSE",
    "suse-cloud": "SUSE",
    "suse-sap-cloud": "SUSE",
    "ubuntu-os-cloud": "Canonical",
    "ubuntu-os-pro-cloud": "Canonical",
    "windows-cloud": "Microsoft",
    "windows-sql-cloud": "Microsoft",
  }),
);

/** The organization whose images Scaleway itself makes, and their Marketplace. Users make images public too. */
const SCALEWAY = "51b656e3-4865-41e8-adbc-0c45bdd780db";

/** Alibaba Cloud's own words for whose an image is. */
const BY_ALIBABA_ALIAS: ReadonlyMap<string, Verdict> = new Map([
  ["system", { name: "Alibaba Cloud", trust: "official" }],
  ["marketplace", { name: "Alibaba Marketplace", trust: "verified" }],
]);

/** Whom Docker vouches for: https://docs.docker.com/docker-hub/image-library/trusted-content/ */
const HUB_BADGES: ReadonlySet<string> = new Set(["verified_publisher", "open_source"]);

/**
 * Who publishes an image. `provider` tells whose account numbers its owner ids are: an OpenStack project
 * that has the digits of an EC2 account is not that publisher.
 */
export function publisherOf(
  image: Pick<MachineImage, "name" | "ownerId" | "ownerAlias" | "owned" | "visibility">,
  provider: string,
): Verdict {
  const published = provider === "ec2" ? publisherOnEc2(image) : publisherElsewhere(image, provider);
  return { name: published.name, trust: image.owned ? "self" : published.trust };
}

function publisherOnEc2({ name, ownerId, ownerAlias }: Pick<MachineImage, "name" | "ownerId" | "ownerAlias">): Verdict {
  const lowerName = name?.toLowerCase() ?? "";
  const known = BY_ACCOUNT.get(ownerId ?? "")?.find(({ namePrefix = "" }) => lowerName.startsWith(namePrefix));
  return known ?? BY_ALIAS.get(ownerAlias ?? "") ?? NOBODY;
}

function publisherElsewhere(
  { visibility, ownerId, ownerAlias }: Pick<MachineImage, "visibility" | "ownerId" | "ownerAlias">,
  provider: string,
): Verdict {
  if (visibility !== "public") return NOBODY;
  if (OPERATOR_MAKES_PUBLIC.has(provider)) return { name: null, trust: "verified" };
  // Microsoft checks who publishes in its Marketplace, and under which name.
  if (provider === "azure") return { name: ownerId, trust: "verified" };
  if (provider === "alibaba") return BY_ALIBABA_ALIAS.get(ownerAlias ?? "") ?? NOBODY;
  if (provider === "scaleway") return publisherOnScaleway(ownerId);
  if (provider === "dockerhub") return publisherOnHub(ownerId, ownerAlias);
  const name = provider === "gce" ? GCE_PROJECTS.get(ownerId ?? "") : undefined;
  return name === undefined ? NOBODY : { name, trust: "official" };
}

/** The Marketplace names no owner. */
function publisherOnScaleway(organization: string | null): Verdict {
  return organization === null || organization === SCALEWAY ? { name: null, trust: "verified" } : NOBODY;
}

function publisherOnHub(namespace: string | null, badge: string | null): Verdict {
  if (badge === "official") return { name: "Docker Official Images", trust: "official" };
  return HUB_BADGES.has(badge ?? "") ? { name: namespace, trust: "verified" } : NOBODY;
}
