import { describe, expect, test } from "vitest";
import { publisherOf } from "../../src/catalogue/facts/publishers.ts";
import { AZURE_PUBLISHERS } from "../../src/providers/azure/publishers.ts";
import { EC2_PUBLISHERS } from "../../src/providers/ec2/publishers.ts";
import { GCE_PUBLISHERS } from "../../src/providers/gce/publishers.ts";

type Image = Parameters<typeof publisherOf>[0];

function image(fields: Partial<Image> = {}): Image {
  return { name: "web", ownerId: "123456789012", ownerAlias: null, owned: false, visibility: "public", ...fields };
}

describe("on EC2", () => {
  test.each([
    ["099720109477", "Canonical"],
    ["837727238323", "Canonical"],
    ["137112412989", "Amazon Linux"],
    ["602401143452", "Amazon EKS"],
    ["136693071363", "Debian"],
    ["309956199498", "Red Hat"],
  ])("account %s is %s's, official", (ownerId, name) => {
    expect(publisherOf(image({ ownerId }), "ec2")).toEqual({ name, trust: "official" });
  });

  test("an account that two publish from goes by the image's name", () => {
    const ownerId = "125523088429";

    const centos = publisherOf(image({ ownerId, name: "CentOS Stream 9 x86_64 20240101" }), "ec2");
    const fedora = publisherOf(image({ ownerId, name: "Fedora-Cloud-Base-40" }), "ec2");
    const nameless = publisherOf(image({ ownerId, name: null }), "ec2");

    const coreos = publisherOf(image({ ownerId, name: "fedora-coreos-44.20260712.3.1-x86_64" }), "ec2");

    expect([centos.name, coreos.name, fedora.name, nameless.name]).toEqual([
      "CentOS",
      "Fedora CoreOS",
      "Fedora",
      "Fedora",
    ]);
  });

  test.each([
    ["amazon", "Amazon", "official"],
    ["aws-marketplace", "AWS Marketplace", "verified"],
    ["aws-backup-vault", "AWS Backup", "verified"],
  ])("an unknown account with the alias %s is %s, %s", (ownerAlias, name, trust) => {
    expect(publisherOf(image({ ownerAlias }), "ec2")).toEqual({ name, trust });
  });

  test("a known account goes before its alias", () => {
    expect(publisherOf(image({ ownerId: "092701018921", ownerAlias: "amazon" }), "ec2").name).toBe("Bottlerocket");
  });

  test.each([null, "self", "microsoft"])("the alias %s makes nobody known", (ownerAlias) => {
    expect(publisherOf(image({ ownerAlias }), "ec2")).toEqual({ name: null, trust: "community" });
  });

  test.each([
    ["al2023-ami-2023.12.20260727.0-kernel-6.1-arm64", "Amazon Linux"],
    ["al2023-ami-ecs-hvm-2023.0.20260728-kernel-6.1-x86_64", "Amazon ECS"],
    ["amazon-eks-node-1.29-v20240522", "Amazon EKS"],
    ["Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) 20260726", "AWS Deep Learning"],
    ["aws-elasticbeanstalk-amzn-2023.12.20260731.64bit-eb_go1_amazon_linux_2023-hvm", "AWS Elastic Beanstalk"],
  ])("an account of Amazon that nobody lists is who its names say: %s is of %s", (name, publisher) => {
    expect(publisherOf(image({ name, ownerAlias: "amazon" }), "ec2")).toEqual({ name: publisher, trust: "official" });
    expect(publisherOf(image({ name }), "ec2")).toEqual({ name: null, trust: "community" });
  });

  test.each(["679593333241", "345084742485", "336777782633", "123456789012"])(
    "the Marketplace is one publisher from every account: %s",
    (ownerId) => {
      const copy = image({ ownerId, ownerAlias: "aws-marketplace", name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04" });

      expect(publisherOf(copy, "ec2")).toEqual({ name: "AWS Marketplace", trust: "verified" });
    },
  );

  test("the daily builds of Debian are Debian's", () => {
    expect(publisherOf(image({ ownerId: "903794441882" }), "ec2").name).toBe("Debian");
  });

  test("a name alone makes nobody official", () => {
    const lookalike = image({ name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240101" });

    expect(publisherOf(lookalike, "ec2")).toEqual({ name: null, trust: "community" });
  });

  test("an image without an owner has no publisher", () => {
    expect(publisherOf(image({ ownerId: null }), "ec2")).toEqual({ name: null, trust: "community" });
  });

  test("the account's own images are its own, named only when the account is known", () => {
    expect(publisherOf(image({ owned: true }), "ec2")).toEqual({ name: null, trust: "self" });
    expect(publisherOf(image({ owned: true, ownerId: "099720109477" }), "ec2")).toEqual({
      name: "Canonical",
      trust: "self",
    });
  });
});

describe("elsewhere", () => {
  test.each([
    ["gce", { ownerId: "debian-cloud" }, { name: "Debian", trust: "official" }],
    ["gce", { ownerId: "somebody-else" }, { name: null, trust: "community" }],
    ["gce", { ownerId: "constructor" }, { name: null, trust: "community" }],
    ["azure", { ownerId: "Canonical" }, { name: "Canonical", trust: "official" }],
    ["azure", { ownerId: "canonical" }, { name: "Canonical", trust: "official" }],
    ["azure", { ownerId: "MicrosoftWindowsServer" }, { name: "Microsoft", trust: "official" }],
    ["azure", { ownerId: "cognosys" }, { name: "cognosys", trust: "verified" }],
    ["azure", { ownerId: "RedHat", visibility: "community" as const }, { name: null, trust: "community" }],
    ["alibaba", { ownerAlias: "system" }, { name: "Alibaba Cloud", trust: "official" }],
    ["scaleway", { ownerId: "51b656e3-4865-41e8-adbc-0c45bdd780db" }, { name: null, trust: "verified" }],
    ["scaleway", { ownerId: null }, { name: null, trust: "verified" }],
    ["scaleway", { ownerId: "105bdce1-64c0-48ab-899d-868455867ecf" }, { name: null, trust: "community" }],
    ["alibaba", { ownerAlias: "others" }, { name: null, trust: "community" }],
  ])("a public image of %s with %o", (provider, fields, verdict) => {
    expect(publisherOf(image(fields), provider)).toEqual(verdict);
  });

  test.each(["digitalocean", "hetzner", "ibm", "linode", "openstack", "oracle", "rackspace", "vultr"])(
    "a public image of %s is its operator's",
    (provider) => {
      expect(publisherOf(image(), provider)).toEqual({ name: null, trust: "verified" });
    },
  );

  test.each(["private", "shared", "community"] as const)("a %s image of OpenStack is anybody's", (visibility) => {
    expect(publisherOf(image({ visibility }), "openstack")).toEqual({ name: null, trust: "community" });
  });

  test("an EC2 account's digits and aliases name no publisher", () => {
    const project = image({ ownerId: "099720109477", ownerAlias: "amazon", visibility: "shared" });

    expect(publisherOf(project, "openstack")).toEqual({ name: null, trust: "community" });
    expect(publisherOf(project, "digitalocean")).toEqual({ name: null, trust: "community" });
  });

  test("the project's own images are its own", () => {
    expect(publisherOf(image({ owned: true }), "openstack")).toEqual({ name: null, trust: "self" });
  });
});

describe("the lists", () => {
  test("have account ids of twelve digits on EC2, and a source for each", () => {
    for (const { accounts, source } of [...EC2_PUBLISHERS, ...AZURE_PUBLISHERS, ...GCE_PUBLISHERS]) {
      expect(URL.canParse(source)).toBe(true);
      expect(accounts.filter((account) => /^\d/.test(account) && !/^\d{12}$/.test(account))).toEqual([]);
    }
  });

  test.each([
    ["EC2", EC2_PUBLISHERS],
    ["Azure", AZURE_PUBLISHERS],
    ["GCE", GCE_PUBLISHERS],
  ])("leave no entry of %s that an earlier one hides", (_, publishers) => {
    const open = publishers.filter(({ namePrefixes }) => !namePrefixes).flatMap(({ accounts }) => accounts);

    expect(open.filter((account, at) => open.indexOf(account) !== at)).toEqual([]);
  });

  test("have prefixes as names are compared: in lower case", () => {
    const prefixes = EC2_PUBLISHERS.flatMap(({ namePrefixes = [] }) => namePrefixes);

    expect(prefixes).toEqual(prefixes.map((prefix) => prefix.toLowerCase()));
  });

  test("know Amazon's accounts of every region", () => {
    const accountsOf = (name: string): number =>
      EC2_PUBLISHERS.filter((publisher) => publisher.name === name).flatMap(({ accounts }) => accounts).length;

    // 22 of public regions and 2 of closed ones for Linux, 38 for Windows.
    expect(accountsOf("Amazon EKS")).toBe(62);
    expect(accountsOf("Bottlerocket")).toBe(38);
  });
});
