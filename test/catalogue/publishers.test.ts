import { describe, expect, test } from "vitest";
import { PUBLISHERS } from "../../src/catalogue/publisher-list.ts";
import { publisherOf } from "../../src/catalogue/publishers.ts";

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

    expect([centos.name, fedora.name, nameless.name]).toEqual(["CentOS", "Fedora", "Fedora"]);
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
    ["azure", { ownerId: "Canonical" }, { name: "Canonical", trust: "verified" }],
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

describe("the list", () => {
  test("has account ids of twelve digits, each with a source", () => {
    for (const { accounts, source } of PUBLISHERS) {
      expect(accounts.filter((account) => !/^\d{12}$/.test(account))).toEqual([]);
      expect(URL.canParse(source)).toBe(true);
    }
  });

  test("leaves no entry that an earlier one hides", () => {
    const open = PUBLISHERS.filter(({ namePrefix }) => namePrefix === undefined).flatMap(({ accounts }) => accounts);

    expect(open.filter((account, at) => open.indexOf(account) !== at)).toEqual([]);
  });

  test("has prefixes as names are compared: in lower case", () => {
    const prefixes = PUBLISHERS.flatMap(({ namePrefix }) => namePrefix ?? []);

    expect(prefixes).toEqual(prefixes.map((prefix) => prefix.toLowerCase()));
  });
});
