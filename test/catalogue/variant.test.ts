import { describe, expect, test } from "vitest";
import { publisherOf } from "../../src/catalogue/facts/publishers.ts";
import { BEST_STANDING, standingOf, type StandingSource, trustOfStanding } from "../../src/catalogue/facts/standing.ts";
import { variantOf } from "../../src/catalogue/facts/variant.ts";

function variant(name: string, ownerId: string, provider = "ec2", ownerAlias: string | null = null): string | null {
  const of = publisherOf({ name, ownerId, ownerAlias, owned: false, visibility: "public" }, provider);
  return variantOf({ name, ownerId, publisher: of.name, trust: of.trust });
}

describe("the variant of an image", () => {
  test.each([
    ["amzn2-ami-hvm-2.0.20260713.0-x86_64-gp2", "137112412989", null],
    ["amzn2-ami-kernel-5.10-hvm-2.0.20260713.0-arm64-gp2", "137112412989", null],
    ["al2023-ami-minimal-2023.12.20260727.0-kernel-6.1-x86_64", "137112412989", "minimal"],
    ["amzn-ami-vpc-nat-2018.03.0.20231106.1-x86_64-ebs", "137112412989", "nat"],
    ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260715", "099720109477", null],
    ["ubuntu/images-testing/hvm-ssd/ubuntu-jammy-daily-arm64-server-20260809", "099720109477", "daily testing"],
    ["ubuntu-minimal/images/hvm-ssd/ubuntu-jammy-22.04-amd64-minimal-20260802", "099720109477", "minimal"],
    [
      "ubuntu-pro-fips-server/images/hvm-ssd/ubuntu-focal-20.04-amd64-pro-fips-server-20260801",
      "099720109477",
      "fips pro",
    ],
    ["ubuntu-eks/k8s_1.32/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260806", "099720109477", "eks k8s"],
    ["debian-12-amd64-daily-20260809-2565", "903794441882", "daily"],
    ["RHEL-9.8.0_HVM_GA-20260513-x86_64-0-Hourly2-GP3", "309956199498", null],
    ["RHEL-9.8.0_HVM_GA-20260513-x86_64-0-Access2-GP3", "309956199498", "access2"],
    ["Windows_Server-2022-English-Full-Base-2026.07.15", "801119661308", null],
    ["Windows_Server-2022-Japanese-Full-SQL_2022_Web-2026.07.15", "801119661308", "japanese sql"],
    ["amazon-eks-node-1.29-v20240522", "800184023465", "eks"],
    ["amazon-eks-node-al2023-x86_64-nvidia-1.33-v20260714", "602401143452", "eks nvidia"],
    ["bottlerocket-aws-k8s-1.33-x86_64-v1.60.0-5043decc", "092701018921", null],
    ["bottlerocket-aws-k8s-1.33-nvidia-x86_64-v1.60.0-5043decc", "092701018921", "nvidia"],
    ["FreeBSD 14.3-STABLE-amd64-20260806 UFS", "782442783595", "stable"],
    ["Flatcar-stable-4459.2.4-hvm", "075585003325", null],
    ["my ubuntu daily minimal", "123456789012", null],
  ])("%s of %s: %s", (name, ownerId, expected) => {
    expect(variant(name, ownerId)).toBe(expected);
  });

  test("goes by what an account is for where the name does not say it", () => {
    expect(
      variant(
        "aws-elasticbeanstalk-amzn-2.0.20260731.64bit-eb_go1_amazon_linux_2-hvm",
        "102837901569",
        "ec2",
        "amazon",
      ),
    ).toBe("elasticbeanstalk");
    expect(variant("pytorch-2-7-cu128-v20260722-ubuntu-2404-py312", "deeplearning-platform-release", "gce")).toBe(
      "learning",
    );
    expect(variant("MicrosoftSQLServer sql2022-ws2022 web-gen2 16.0.250610", "MicrosoftSQLServer", "azure")).toBe(
      "sql",
    );
  });

  test("is read of an operator's names, who is a publisher without a name", () => {
    expect(variant("Ubuntu 22.04 Minimal", "f00", "openstack")).toBe("minimal");
  });
});

describe("the standing of an image", () => {
  const usual: StandingSource = { trust: "official", isOffered: true, variant: null, latest: true };

  test.each<[string, StandingSource, StandingSource]>([
    ["own before official", { ...usual, trust: "self", isOffered: false, variant: "a b c", latest: false }, usual],
    ["official before verified", { ...usual, isOffered: false, latest: false }, { ...usual, trust: "verified" }],
    ["verified before unknown", { ...usual, trust: "verified", latest: false }, { ...usual, trust: "community" }],
    ["offered before withdrawn", { ...usual, variant: "daily minimal", latest: false }, { ...usual, isOffered: false }],
    ["plain before special", { ...usual, latest: false }, { ...usual, variant: "daily" }],
    ["special before more special", { ...usual, variant: "eks", latest: false }, { ...usual, variant: "eks nvidia" }],
    ["newest before older", usual, { ...usual, latest: false }],
  ])("%s", (_, better, worse) => {
    expect(standingOf(better)).toBeGreaterThan(standingOf(worse));
  });

  test("is between 0 and the best, and tells the trust", () => {
    const worst = standingOf({ trust: "community", isOffered: false, variant: "a b c d e", latest: false });

    expect([worst, standingOf({ ...usual, trust: "self" })]).toEqual([0, BEST_STANDING]);
    expect([worst, standingOf(usual)].map(trustOfStanding)).toEqual([0, 2]);
  });
});
