import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { familyNameOf as nameOf } from "../../src/catalogue/facts/family-name.ts";
import { histories } from "../histories.ts";

/** Of a known publisher's image. */
function familyNameOf(name: string): string {
  return nameOf(name, true);
}

describe("what differs between builds", () => {
  test.each([
    // Canonical, Debian, and the marketplace's copies
    [
      "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20230516.1",
      "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*",
    ],
    [
      "ubuntu-eks/k8s_1.29/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240301",
      "ubuntu-eks/k8s_1.29/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*",
    ],
    [
      "ubuntu/images/hvm-ssd/ubuntu-trusty-14.04-amd64-server-20180122-aa634ce9-ed92-47ac-a3dc-66e8ab3aaf70-ami-5bc8fe31.4",
      "ubuntu/images/hvm-ssd/ubuntu-trusty-14.04-amd64-server-*",
    ],
    ["debian-12-amd64-20240507-1740", "debian-12-amd64-*"],
    ["debian-12-arm64-daily-20250210-2019", "debian-12-arm64-daily-*"],
    ["debian-stretch-hvm-x86_64-gp2-2019-11-13-63558", "debian-stretch-hvm-x86_64-gp2-*"],
    // Amazon
    ["al2023-ami-2023.6.20250101.0-kernel-6.1-x86_64", "al2023-ami-*-kernel-6.1-x86_64"],
    ["amzn2-ami-hvm-2.0.20230906.0-x86_64-gp2", "amzn2-ami-hvm-2.0.*-x86_64-gp2"],
    ["amzn-ami-hvm-2018.03.0.20230101.0-x86_64-ebs", "amzn-ami-hvm-*-x86_64-ebs"],
    ["amzn-ami-2018.03.i-amazon-ecs-optimized", "amzn-ami-*-amazon-ecs-optimized"],
    ["amzn-ami-2018.03.20220921-amazon-ecs-optimized", "amzn-ami-*-amazon-ecs-optimized"],
    ["amazon-eks-node-al2023-arm64-standard-1.32-v20251002", "amazon-eks-node-al2023-arm64-standard-1.32-v*"],
    ["amzn-ec2-macos-14.2.1-20240117-170221-arm64", "amzn-ec2-macos-14.2.1-*-arm64"],
    [
      "Windows_Server-2022-English-Full-SQL_2019_Standard-2023.06.14",
      "Windows_Server-2022-English-Full-SQL_2019_Standard-*",
    ],
    ["bottlerocket-aws-k8s-1.33-nvidia-aarch64-v1.54.0-5043deca", "bottlerocket-aws-k8s-1.33-nvidia-aarch64-v1.54.0-*"],
    [
      "aws-elasticbeanstalk-amzn-2.0.20250623.64bit-eb_corretto8_amazon_linux_2-hvm-2025-06-25T16-04-11.870Z",
      "aws-elasticbeanstalk-amzn-2.0.*.64bit-eb_corretto8_amazon_linux_2-hvm-*",
    ],
    [
      "aws-parallelcluster-3.12.0-ubuntu-2204-lts-hvm-x86_64-202412170018 2024-12-17T00-22-52.615Z",
      "aws-parallelcluster-3.12.0-ubuntu-2204-lts-hvm-x86_64-*",
    ],
    // The Red Hat relations and SUSE
    ["RHEL-9.3.0_HVM-20240117-x86_64-49-Hourly2-GP3", "RHEL-9.3.0_HVM-*-x86_64-*-Hourly2-GP3"],
    ["RHEL-6.5_HVM_GA-x86_64-7-HVM-Access2", "RHEL-6.5_HVM_GA-x86_64-*-HVM-Access2"],
    ["rhcos-411.86.202207150124-0-x86_64", "rhcos-411.86.*-x86_64"],
    ["CentOS Linux 7 x86_64 HVM EBS ENA 1901_01", "CentOS Linux 7 x86_64 HVM EBS ENA *"],
    [
      "CentOS Linux 6 x86_64 HVM EBS 1602-74e73035-3435-48d6-88e0-89cc02ad83e0-ami-d7e1d2bd.3",
      "CentOS Linux 6 x86_64 HVM EBS *",
    ],
    ["CentOS-7-2111-20220825_1.x86_64-d9a3032a-921c-4c6d-b150-bde168105e40", "CentOS-7-2111-*.x86_64-*"],
    ["Rocky-9-EC2-Base-9.3-20231113.0.x86_64", "Rocky-9-EC2-Base-9.3-*.x86_64"],
    ["AlmaLinux OS 9.3.20231113 x86_64", "AlmaLinux OS 9.3.* x86_64"],
    [
      "Fedora-Cloud-Base-25-20161108.n.1.x86_64-us-east-1-HVM-gp2-0",
      "Fedora-Cloud-Base-25-*.x86_64-us-east-1-HVM-gp2-0",
    ],
    ["fedora-coreos-38.20230609.3.0-x86_64", "fedora-coreos-38.*.3.*-x86_64"],
    ["suse-sles-15-sp4-byos-v20220621-hvm-ssd-arm64", "suse-sles-15-sp4-byos-v*-hvm-ssd-arm64"],
    // Others
    ["FreeBSD 15.0-CURRENT-amd64-20240523-a3d1eebd6ac8-270243 base UFS", "FreeBSD 15.0-CURRENT-amd64-* base UFS"],
    ["nixos/25.05.802216.55d1f923c480-aarch64-linux", "nixos/25.05.*-aarch64-linux"],
    ["alpine-3.19.1-x86_64-bios-tiny-r0", "alpine-3.19.1-x86_64-bios-tiny-r*"],
    [
      "bitnami-grafana-10.2.2-1-r02-linux-debian-11-x86_64-hvm-ebs-nami",
      "bitnami-grafana-10.2.2-*-linux-debian-11-x86_64-hvm-ebs-nami",
    ],
    ["FortiGate-VM64-AWS build1262 (7.2.3) GA", "FortiGate-VM64-AWS build* (7.2.3) GA"],
    ["capa-ami-ubuntu-22.04-v1.29.0-1704393943", "capa-ami-ubuntu-22.04-v1.29.0-*"],
    ["BOSH-6a1e2c1c-9b2a-4c7e-8f00-0123456789ab", "BOSH-*"],
    ["buildkite-stack-windows-2019-05-22T05-35-35Z-us-west-2", "buildkite-stack-windows-*-us-west-2"],
    ["web-190212", "web-*"],
    ["web-201712", "web-*"],
    ["app-b123 rev3 r05", "app-b* rev* r*"],
  ])("%s is of the family %s", (name, family) => {
    expect(familyNameOf(name)).toBe(family);
  });
});

describe("of unknown owners and of the account itself", () => {
  test.each([
    ["websrv_2009-12-10", "websrv_*"],
    ["web-2024_01", "web-*"],
    ["web-05-13-2020", "web-*"],
    ["web-202401020304", "web-*"],
    ["web 2020-05-01 10:11:12.123456", "web *"],
    ["import-ami-05d2b5aaa6314b50e", "import-*"],
    ["Aurora_4apr2019", "Aurora_*"],
    ["Deep Learning AMI Ubuntu Linux - 2.4_Oct2017", "Deep Learning AMI Ubuntu Linux - 2.4_*"],
    ["app-v1.2.3-12-gabc1234", "app-v1.2.3-*"],
    ["AwsBackup_i-0e6014ff729c395a9_705FE5A3-40DA-A8A9-772E-4293BA46D460", "AwsBackup_i-0e6014ff729c395a9_*"],
    ["web-1704393943", "web-*"],
    ["web-1704393943123", "web-*"],
    ["web-20240131235959", "web-*"],
    ["ubuntu-22.04-2024.01.31", "ubuntu-22.04-*"],
    ["lab/app:build-20240601", "lab/app:build-*"],
  ])("dates, epochs and hashes join: %s is of the family %s", (name, family) => {
    expect(nameOf(name, false)).toBe(family);
  });

  test.each([
    "customer-1000234",
    "customer-1000000234",
    "customer-c1000234",
    "customer-1000234a",
    "customer-DE123456789",
    "backup of vol-0e6014ff729c395a9",
    "backup of fs-0e6014ff729c395a9",
    "backup of mi-0e6014ff729c395a9",
    "order 12345678",
    "order-20241301",
    "ticket-190212",
    "tenant-201712",
    "account-123456789012",
    "app-b123 rev3 r05",
    "build 1234",
    "web-7-r13",
    "node-42.1",
    "rhel-8.10",
  ])("any other number keeps %s apart", (name) => {
    expect(nameOf(name, false)).toBe(name);
  });

  test("a serial behind a date keeps its number", () => {
    expect(nameOf("web-20240101-2", false)).toBe("web-*-2");
  });
});

describe("what tells products and versions apart", () => {
  test.each([
    "my-image",
    "Test Image 2",
    "Windows_Server-2012-R2_RTM-English-64Bit-Base",
    "Windows_Server-1709-English-Core",
    "SQL_2016_SP1 on 2019",
    "Ubuntu_1804_02",
    "CentOS 7.9.2009 x86_64",
    "CentOS-8-x86_64-1905",
    "Check Point CloudGuard R81.20-631",
    "TeamCity 2023.11.1",
    "GitLab CE 17.11.7",
    "Flatcar-stable-3510.2.1-hvm",
    "talos-v1.7.0-us-east-1-amd64",
    "RightImage_Ubuntu_10.04_x64_v12.11.4_EBS",
    "Moby Linux aws-v1.12.2-rc3-beta8",
    "kiosk ff8800 deadbeef",
    "al2023-ami-kernel-6.1-x86_64 gp3 jammy 1.29",
  ])("%s stays as it is", (name) => {
    expect(familyNameOf(name)).toBe(name);
  });

  test("a version behind a date stays", () => {
    expect(familyNameOf("web-20240101-22.04")).toBe("web-*-22.04");
  });
});

const date = fc
  .tuple(fc.integer({ min: 2006, max: 2049 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => [year, month, day].map((part) => String(part).padStart(2, "0")));
const serial = fc.integer({ min: 0, max: 9999 });
const template = fc.constantFrom(
  (version: string, [y, m, d]: string[], n: number) =>
    `ubuntu/images/hvm-ssd/ubuntu-${version}-amd64-server-${y}${m}${d}.${n}`,
  (version: string, [y, m, d]: string[], n: number) => `debian-${version}-arm64-${y}${m}${d}-${n}`,
  (version: string, [y, m, d]: string[], n: number) => `Rocky-9-EC2-Base-${version}-${y}${m}${d}.${n}.x86_64`,
  (version: string, [y, m, d]: string[], n: number) =>
    `RHEL-${version}_HVM-${y}${m}${d}-x86_64-${n % 1000}-Hourly2-GP3`,
  (version: string, [y, m, d]: string[]) => `amazon-eks-node-${version}-v${y}${m}${d}`,
  (version: string, [y, m, d]: string[]) => `Windows_Server-2022-EKS_Optimized-${version}-${y}.${m}.${d}`,
  (version: string, [y, m, d]: string[]) => `web ${version} ${y}-${m}-${d}T01-02-03Z`,
);
const version = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 40 }))
  .map((parts) => parts.join("."));

/** Names out of the parts that the patterns are about, in every order, among them `*` itself. */
const PARTS =
  "20240101 2024-01-05 2024.01.05 2024_01 2018.03 .i 2023.6. 1614 .0 - _ . / : * T Z 0304 -1740 T05-35-35Z ami-5bc8fe31 " +
  "amzn-ami- i-0e6014ff729c395a9 5043decc g build rev b12 r05 -7-r13 .2 -x86_64- 49 -Hourly2 EBS 1602 1901_01 190212 v " +
  "Jan 4apr 2021 05 99 1 e z .n.1 38. .3.0 802216. -amazon aa634ce9-ed92-47ac-a3dc-66e8ab3aaf70";
const anyName = fc.oneof(
  fc.string({ maxLength: 60, unit: "grapheme" }),
  fc.array(fc.constantFrom(" ", ...PARTS.split(" ")), { maxLength: 9 }).map((parts) => parts.join("")),
);

describe("any name", () => {
  test("has the family of its family's name", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        for (const isKnown of [true, false]) {
          const family = nameOf(name, isKnown);
          expect(nameOf(family, isKnown)).toBe(family);
        }
      }),
      histories(5_000),
    );
  });

  test("shares its family with builds of other dates and serials", () => {
    fc.assert(
      fc.property(template, version, date, date, serial, serial, (name, release, one, other, n, m) => {
        expect(familyNameOf(name(release, one, n))).toBe(familyNameOf(name(release, other, m)));
      }),
    );
  });

  test("shares no family with other versions", () => {
    fc.assert(
      fc.property(template, version, version, date, serial, (name, release, another, built, n) => {
        fc.pre(release !== another);
        expect(familyNameOf(name(release, built, n))).not.toBe(familyNameOf(name(another, built, n)));
      }),
    );
  });

  test.each(["1", "a", "-", "f1", "20240101-", "*-", "2024.1.", "123.", "0-g", "1.", "build ", "amzn-", "-x86_64-1"])(
    "of 300,000 characters made of %j takes no longer than its length asks for",
    (part) => {
      const name = `${part.repeat(300_000 / part.length)}1`;
      const start = performance.now();

      nameOf(name, true);
      nameOf(name, false);

      // Linear patterns need some 20 ms; quadratic ones minutes.
      expect(performance.now() - start).toBeLessThan(2_000);
    },
  );
});
