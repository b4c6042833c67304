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
const OPERATOR_MAKES_PUBLIC: ReadonlySet<string> = new Set(["openstack", "rackspace"]);

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

function publisherElsewhere({ visibility }: Pick<MachineImage, "visibility">, provider: string): Verdict {
  const byOperator = visibility === "public" && OPERATOR_MAKES_PUBLIC.has(provider);
  return byOperator ? { name: null, trust: "verified" } : NOBODY;
}
