import { judge, type JudgedQuery } from "./judged-query.ts";

/**
 * Written before the order was worked on, and never looked at while it is: what these reach tells how the order does on
 * queries that nobody tuned it for.
 */
export const UNTUNED_QUERIES: readonly JudgedQuery[] = [
  // A distribution and a version.
  judge("ec2", "ubuntu 24.04", "Canonical", /^ubuntu\/images\/.*noble-24\.04/),
  judge("ec2", "ubuntu 20.04", "Canonical", /^ubuntu\/images\/.*focal-20\.04/),
  judge("ec2", "debian 13", "Debian", /^debian-13-/),
  judge("ec2", "rocky linux 9", "Rocky Linux", /^Rocky-9-EC2-Base/),
  judge("ec2", "alma linux 10", "AlmaLinux", /^AlmaLinux OS 10\./),
  judge("ec2", "amazon linux 2", "Amazon Linux", /^amzn2-ami-(hvm|kernel-5\.10-hvm)-/),
  judge("ec2", "amazon linux 2023", "Amazon Linux", /^al2023-ami-2023/),
  judge("ec2", "red hat 9", "Red Hat", /^RHEL-9\.8\.0_HVM_GA-.*Hourly/),
  judge("ec2", "rhel 8.10", "Red Hat", /^RHEL-8\.10\.0_HVM-/),
  judge("ec2", "windows server 2019", "Amazon Windows", /^Windows_Server-2019-English-(Full|Core)-Base/),
  judge("ec2", "sles 15 sp7", "SUSE", /^suse-sles-15-sp7-v/),
  judge("ec2", "opensuse leap 15.6", "SUSE", /^openSUSE-Leap-15-6/),
  judge("ec2", "freebsd 15", "FreeBSD", /^FreeBSD 15\.0-RELEASE/),
  judge("ec2", "oracle linux 9", "Oracle Linux", /^OL9\.6/),
  // The version first, the architecture somewhere, words in another order.
  judge("ec2", "22.04 ubuntu", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy-22\.04/),
  judge("ec2", "9 rocky", "Rocky Linux", /^Rocky-9-EC2-Base/),
  judge("ec2", "arm64 ubuntu 24.04", "Canonical", /^ubuntu\/images\/.*noble-24\.04-arm64/, "arm64"),
  judge("ec2", "2022 windows server", "Amazon Windows", /^Windows_Server-2022-English-(Full|Core)-Base/),
  // Codenames, slang, glued names, other names of an architecture.
  judge("ec2", "noble", "Canonical", /^ubuntu\/images\/.*noble-24\.04/),
  judge("ec2", "bookworm", "Debian", /^debian-12-(amd64|arm64)-20/),
  judge("ec2", "099720109477 jammy arm64", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy-22\.04-arm64/, "arm64"),
  judge("ec2", "al2023 amd64", "Amazon Linux", /^al2023-ami-2023.*x86_64/, "x86_64"),
  judge("ec2", "ubuntu2404", "Canonical", /^ubuntu\/images\/.*noble-24\.04/),
  judge("ec2", "rhel9 aarch64", "Red Hat", /^RHEL-9\.8\.0_HVM_GA-.*Hourly/, "arm64"),
  judge("ec2", "win2025", "Amazon Windows", /^Windows_Server-2025-English-(Full|Core)-Base/),
  // Products, kernels, GPUs, editions, languages.
  judge("ec2", "eks 1.32", "Amazon EKS", /^amazon-eks-node-(al2023-.*-standard-)?1\.32/),
  judge("ec2", "bottlerocket k8s 1.33 arm64", "Bottlerocket", /^bottlerocket-aws-k8s-1\.33-aarch64/, "arm64"),
  judge("ec2", "al2023 kernel 6.12", "Amazon Linux", /^al2023-ami-2023.*kernel-6\.12/),
  judge("ec2", "ecs al2023", "Amazon ECS", /^al2023-ami-ecs-hvm/),
  judge("ec2", "pytorch ubuntu 24.04", "AWS Deep Learning", /PyTorch.*Ubuntu 24\.04/),
  judge("ec2", "windows 2022 sql standard", "Amazon Windows", /^Windows_Server-2022-English-Full-SQL_20.._Standard/),
  judge("ec2", "windows 2022 japanese", "Amazon Windows", /^Windows_Server-2022-Japanese-Full-Base/),
  judge("ec2", "kali linux", "Kali", /^kali-last-snapshot/),
  judge("ec2", "fortigate 7.6", "Fortinet", /^FortiGate-VM64-AWS.*7\.6\.4/),
  judge("ec2", "veeam backup", "Veeam", /^VBA-12\.2\.1/),
  judge("ec2", "gitlab ee", "GitLab", /^GitLab EE/),
  judge("ec2", "bitnami jenkins", "Bitnami", /^bitnami-jenkins/),

  judge("azure", "ubuntu 24.04", "Canonical", /ubuntu-24_04-lts server/),
  judge("azure", "ubuntu 22.04 arm64", "Canonical", /server-jammy 22_04-lts-arm64/, "arm64"),
  judge("azure", "windows server 2022", "Microsoft Windows", /WindowsServer 2022-datacenter(-g2|-azure-edition)? /),
  judge("azure", "debian 12", "Debian", /debian-12 12(-gen2|-arm64)? 0/),
  judge("azure", "rhel 9", "Red Hat", /RHEL 9-lvm-gen2/),
  judge("azure", "rocky 9", "Rocky Linux", /rockylinux-x86_64 9-base/),
  judge("azure", "almalinux 9", "AlmaLinux", /almalinux-(x86_64|arm) 9-/),
  judge("azure", "sql server 2022", "Microsoft SQL Server", /sql2022-ws2022/),
  judge("azure", "palo alto vmseries", "Palo Alto", /vmseries-flex/),

  judge("gce", "ubuntu 22.04", "Canonical", /^ubuntu-2204-jammy/),
  judge("gce", "ubuntu 2404 arm64", "Canonical", /^ubuntu-2404-noble-arm64/, "arm64"),
  judge("gce", "debian 12", "Debian", /^debian-12-bookworm/),
  judge("gce", "windows 2022", "Microsoft", /^windows-server-2022-dc-v|^windows-server-2022-dc-core/),
  judge("gce", "rocky linux 9", "Rocky Linux", /^rocky-linux-9-(v|optimized-gcp-v)/),
  judge("gce", "container optimized os", "Google COS", /^cos-stable|^cos-121/),
  judge("gce", "rhel 9", "Red Hat", /^rhel-9-(v|arm64)/),
  judge("gce", "sql server 2022 standard", "Microsoft SQL Server", /^sql-2022-standard/),
  judge("gce", "pytorch", "Google Deep Learning", /^pytorch-2-7/),

  judge("openstack", "ubuntu 24.04", "operator", /^Ubuntu 24\.04( ARM)?$/),
  judge("openstack", "debian 12", "operator", /^Debian 12$/),
  judge("openstack", "rocky 9", "operator", /^Rocky Linux 9$/),
  judge("openstack", "windows 2022", "operator", /^Windows Server 2022 Std-English/),
  judge("openstack", "centos stream 9", "operator", /^CentOS Stream 9$/),
  judge("openstack", "22.04 ubuntu", "operator", /^Ubuntu 22\.04$/),
  judge("openstack", "jammy", "operator", /^Ubuntu 22\.04$/),
  judge("openstack", "cirros", "operator", /^cirros-0\.6\.3/),
];
