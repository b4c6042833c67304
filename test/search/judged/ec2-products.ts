import type { Series } from "./series.ts";

/*
 * What the marketplace sells, and what anybody puts beside the well-known: copies of it, and images built upon it.
 */

const PAPERS = "47489723-7305-4e22-8b22-b0d57054f216";

function listed(
  by: string,
  name: string,
  about: string,
  builds: readonly string[],
  more: Partial<Series> = {},
): Series {
  return { by, owner: "679593333241", alias: "aws-marketplace", name, about, builds, ...more };
}

const PRODUCTS: readonly Series[] = [
  listed(
    "Kali",
    "kali-last-snapshot-amd64-{build}-804fcce1-8cb5-4bc0-b9a5-cdd6b9c7bbd0",
    "Kali Linux kali-last-snapshot ({build})",
    ["2024.4.1@2024-12-20", "2025.2.0@2025-06-16", "2026.2.0@2026-06-18"],
  ),
  listed(
    "OpenVPN",
    "OpenVPN Access Server Community Image-{build}-8fbe3379-63b6-43e8-87bd-0e93fd7be8f3",
    "OpenVPN Access Server {build}",
    ["2.13.1@2024-03-02", "2.14.3@2025-04-11", "3.0.2@2026-05-05"],
  ),
  listed("Palo Alto", "PA-VM-AWS-{build}-f1260463-68e1-4bfb-bf2e-075c2664c1d7", "PA-VM-AWS-{build}", [
    "10.2.9-h1@2024-06-01",
    "11.1.6-h14@2025-07-02",
    "11.2.8@2026-03-16",
  ]),
  listed(
    "Fortinet",
    "FortiGate-VM64-AWS build2795 ({build}) GA-2c8ca3ef-4f4b-4d5a-8a1c-8f8a5c9e0b11",
    "FortiGate-VM64-AWS build2795 ({build}) GA",
    ["7.4.7@2025-01-27", "7.4.8@2025-06-03", "7.6.4@2026-04-28"],
  ),
  listed(
    "Fortinet",
    "FortiGate-VM64-AWSONDEMAND build2795 ({build}) GA-2c8ca3ef-5a5b-4d5a-8a1c-8f8a5c9e0b12",
    "FortiGate-VM64-AWSONDEMAND build2795 ({build}) GA",
    ["7.4.8@2025-06-03", "7.6.4@2026-04-28"],
  ),
  listed(
    "Splunk",
    "splunk_AMI_{build}-7a8b9c0d-1e2f-4a3b-8c4d-5e6f7a8b9c0d",
    "Splunk Enterprise {build} on Amazon Linux",
    ["9.2.1_2024-04-02", "9.4.3_2025-06-10", "10.2.0_2026-02-03"],
  ),
  listed(
    "Veeam",
    "VBA-{build}-0d4e6e7c-1f2a-4b3c-9d8e-7f6a5b4c3d2e",
    "Veeam Backup for AWS {build}: backs up EC2, RDS, EFS and VPC of every account and region, to Amazon S3, with encryption, replication, file-level restore and a web console",
    ["12.1.1@2024-06-06!deprecated", "12.2.1@2024-11-14"],
  ),
  listed(
    "CIS",
    "CIS Ubuntu Linux 22.04 LTS Benchmark - Level 1 - v{build} -4c096026-c6b0-440c-bd2f-6d34904e4fc6",
    "CIS Ubuntu Linux 22.04 LTS Benchmark Level 1",
    ["08@2024-05-20", "18@2026-07-24"],
  ),
  listed(
    "CIS",
    "CIS Red Hat Enterprise Linux 9 Benchmark - Level 2 - v{build} -afcbb7b2-8f0e-4b6c-9d1e-1c1b0a9f8e7d",
    "CIS Red Hat Enterprise Linux 9 Benchmark Level 2",
    ["12@2026-07-23"],
  ),
  listed(
    "CIS",
    "CIS Microsoft Windows Server 2022 Benchmark - Level 1 - v{build} -4a3b2c1d-0e9f-48a7-b6c5-d4e3f2a1b0c9",
    "CIS Microsoft Windows Server 2022 Benchmark Level 1",
    ["30@2026-07-25"],
    { facts: { Platform: "windows" } },
  ),
  ...[
    "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-{date}",
    "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-{date}",
  ].map((name) =>
    listed(
      "Canonical in the marketplace",
      `${name}-${PAPERS}`,
      "Canonical, Ubuntu, {arch} image",
      ["20260604", "20260721"],
      { arches: ["amd64=x86_64", "arm64=arm64"] },
    ),
  ),
  listed(
    "Rocky Linux in the marketplace",
    "Rocky-9-EC2-Base-{build}.x86_64-3f230a17-9877-4b16-aa5e-b1ff34ab206b",
    "Rocky Linux 9 (Official) x86_64",
    ["9.8-20260602.0"],
  ),
  listed(
    "Debian in the marketplace",
    "debian-12-amd64-{build}-4a73b9b7-4b5e-4b8b-9c0e-b1f1d9e6a7c2",
    "Debian 12 (bookworm)",
    ["20260714-2538"],
  ),
  ...[
    "Ubuntu 22.04",
    "Ubuntu 24.04",
    "Debian 12",
    "Rocky Linux 9",
    "AlmaLinux 9",
    "CentOS Stream 9",
    "Windows Server 2022",
    "Windows Server 2025",
  ].flatMap((system) => [
    listed(
      "Supported Images",
      `${system} with support by Supported Images-{build}-9c8b7a69-5f4e-4d3c-8b2a-19f8e7d6c5b4`,
      `${system} - Linux with Gnosis Freight support`,
      ["v1@2026-08-01"],
    ),
    listed(
      "Cognosys",
      `${system} LTS minimal hardened-{build}-1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809`,
      `${system} hardened by Cognosys`,
      ["2.1@2026-08-05"],
    ),
  ]),
];

const BITNAMI: readonly Series[] = [
  "wordpress",
  "wordpress-multisite",
  "jenkins",
  "gitlab",
  "redis",
  "postgresql",
  "mysql",
  "mongodb",
  "nginx",
  "lampstack",
  "kafka",
  "rabbitmq",
  "elasticsearch",
  "grafana",
  "odoo",
  "magento",
  "tomcat",
  "airflow",
].map((application, at) => ({
  by: "Bitnami",
  owner: "979382823631",
  name: `bitnami-${application}-${(at % 7) + 1}.{build}-linux-debian-12-x86_64-hvm-ebs-nami`,
  builds: ["8.1-0-r04@2024-06-11!deprecated", "8.1-9-r02@2025-06-11", "9.0-0-r10@2026-07-09", "9.0-0-r12@2026-08-02"],
}));

const OTHERS: readonly Series[] = [
  {
    by: "GitHub",
    owner: "895557238572",
    name: "GitHub Enterprise Server {build}",
    about: "GitHub Enterprise Server {build}",
    builds: ["3.16.3@2025-06-03", "3.18.2@2026-01-20", "3.20.1@2026-07-14"],
  },
  {
    by: "GitLab",
    owner: "782774275127",
    name: "GitLab CE {build}",
    about: "GitLab CE {build}",
    builds: ["17.11.1@2025-04-23", "18.2.0@2025-07-17", "19.2.0@2026-07-16"],
    arches: ["amd64=x86_64", "arm64=arm64"],
  },
  {
    by: "GitLab",
    owner: "782774275127",
    name: "GitLab EE {build}",
    about: "GitLab EE {build}",
    builds: ["18.2.0@2025-07-17", "19.2.0@2026-07-16"],
    arches: ["amd64=x86_64", "arm64=arm64"],
  },
  {
    by: "Cluster API",
    owner: "819546954734",
    name: "capa-ami-ubuntu-22.04-v1.32.0-{build}",
    about: "Cluster API Provider AWS, Ubuntu 22.04",
    builds: ["1735825474@2025-01-02", "1769825474@2026-01-31"],
  },
  {
    by: "Cloud Foundry",
    owner: "781666412403",
    name: "BOSH ubuntu-jammy {build}",
    about: "bosh-aws-xen-hvm-ubuntu-jammy-go_agent {build}",
    builds: ["1.785@2025-05-21", "1.990@2026-07-30", "1.1001@2026-08-07"],
  },
];

/** Accounts that nobody knows. Theirs are the newest of all. */
const STRANGERS: readonly Series[] = [
  "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260715",
  "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260721",
  "ubuntu 22.04",
  "Ubuntu 24.04 LTS",
  "ubuntu-2204-docker",
  "ubuntu2204-base",
  "ubuntu-24.04-gha-runner",
  "my ubuntu jammy arm64",
  "debian-12-amd64-20260713-2538",
  "debian 12",
  "debian-12-k8s-1.33",
  "bookworm golden",
  "debian12-hardened",
  "al2023-ami-2023.12.20260727.0-kernel-6.1-x86_64",
  "amazon linux 2",
  "amazon-linux-2023-golden",
  "al2023-base-encrypted",
  "amzn2-ami-hvm-hardened",
  "Windows_Server-2022-English-Full-Base-2026.07.15",
  "windows 2022",
  "Windows Server 2019 golden",
  "win2022-iis",
  "windows-2025-jenkins-agent",
  "RHEL-9.8.0_HVM-hardened",
  "rhel 9",
  "rhel9-golden",
  "rocky 9",
  "rocky-9-hardened",
  "Rocky Linux 9 desktop",
  "almalinux 9",
  "AlmaLinux 9 cPanel",
  "centos 7",
  "centos stream 9 golden",
  "fedora 43 desktop",
  "eks-node-1.32-custom",
  "amazon-eks-node-1.32-encrypted",
  "bottlerocket-aws-k8s-1.32-copy",
  "packer-ecs-gpu",
  "kali linux",
  "openvpn",
  "fortigate-vm-custom",
  "pytorch 2.7 gpu",
  "deep learning ami",
  "jenkins",
  "gitlab runner",
  "wordpress",
  "freebsd 14",
  "flatcar stable",
  "macos 15",
  "sles 15 sp7",
  "opensuse leap 15.6",
  "oracle linux 9",
  "alpine 3.23",
  "nixos",
  "k8s 1.32 node",
  "nat instance",
  "vpc-nat",
  "sql server 2022",
].map((name, at) => ({
  by: null,
  owner: String(510_000_000_000 + at * 7_919),
  name,
  about: at % 3 === 0 ? `[Copied ami-0c0ffee${String(at).padStart(10, "0")} from us-west-2] ${name}` : "",
  builds: [`1@2026-08-0${(at % 9) + 1}`],
  ...(/win|sql/i.test(name) && { facts: { Platform: "windows" } }),
}));

const AGENTS: readonly Series[] = [
  "jenkins-agent",
  "gha-runner",
  "web",
  "api",
  "bastion",
  "worker",
  "golden",
  "k8s-node",
  "ecs-gpu",
  "builder",
].flatMap((purpose, p) =>
  [
    "ubuntu-22.04",
    "ubuntu-24.04",
    "jammy",
    "al2023",
    "amazon-linux-2",
    "debian-12",
    "rhel-9",
    "rocky-9",
    "windows-2022",
    "windows-2019",
  ].map((system, s) => ({
    by: null,
    owner: String(520_000_000_000 + p * 104_729 + s),
    name: `${purpose}-${system}-{build}`,
    about: `${purpose} on ${system}`,
    builds: ["20251001", "20260301", "20260701", "20260808"],
  })),
);

export const EC2_PRODUCTS: readonly Series[] = [...PRODUCTS, ...BITNAMI, ...OTHERS, ...STRANGERS, ...AGENTS];
