/** A query that a cloud engineer types, and what should come first. */
export interface JudgedQuery {
  readonly term: string;
  /** The one whose images these are. */
  readonly publisher: string;
  /** The names of the right families. */
  readonly name: RegExp;
  /** By default any. */
  readonly architecture?: string;
}

const judge = (term: string, publisher: string, name: RegExp, architecture?: string): JudgedQuery => ({
  term,
  publisher,
  name,
  ...(architecture && { architecture }),
});

/**
 * Judged by what their publishers call the image to start from; never a daily, minimal or third-party build of it, nor another
 * special one that was not asked for: GPU nodes, Server Core, FreeBSD's small images, a WordPress multisite.
 */
export const JUDGED_QUERIES: readonly JudgedQuery[] = [
  judge("ubuntu", "Canonical", /^ubuntu\/images\/hvm-ssd/),
  judge("ubuntu 22.04", "Canonical", /^ubuntu\/images\/hvm-ssd.*-22\.04-/),
  judge("ubuntu 22.04 arm64", "Canonical", /^ubuntu\/images\/hvm-ssd.*-22\.04-arm64/, "arm64"),
  judge("ubuntu jammy arm64", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy.*arm64/, "arm64"),
  judge("ubuntu jammy amd64", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy.*amd64/, "x86_64"),
  judge("jammy-22.04", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy-22\.04/),
  judge("jammy-22.04-amd64-server", "Canonical", /^ubuntu\/images\/hvm-ssd.*jammy-22\.04-amd64-server/),
  judge("ubuntu noble", "Canonical", /^ubuntu\/images\/hvm-ssd.*noble/),
  judge("ubuntu focal server", "Canonical", /^ubuntu\/images\/hvm-ssd.*focal-20\.04-.*server/),
  judge("ubuntu 18.04", "Canonical", /^ubuntu\/images\/hvm-ssd.*18\.04/),
  judge("ubuntu minimal jammy", "Canonical", /^ubuntu-minimal\/.*jammy/),
  judge("ubuntu pro jammy", "Canonical", /^ubuntu-pro-server\/.*jammy/),
  judge("ubuntu jammy daily", "Canonical", /jammy-daily/),
  judge("ubuntu eks 1.29", "Canonical", /^ubuntu-eks\/k8s_1\.29/),
  judge("canonical ubuntu 24.04", "Canonical", /^ubuntu\/images\/hvm-ssd.*24\.04/),
  judge("debian", "Debian", /^debian-\d+-(amd64|arm64)-\d/),
  judge("debian 12", "Debian", /^debian-12-(amd64|arm64)-\d/),
  judge("debian 12 arm64", "Debian", /^debian-12-arm64/, "arm64"),
  judge("debian-11", "Debian", /^debian-11-(amd64|arm64)-\d/),
  judge("amazon linux", "Amazon Linux", /^(al2023|amzn2?)-ami/),
  judge("al2023", "Amazon Linux", /^al2023-ami-/),
  judge("al2023 arm64", "Amazon Linux", /^al2023-ami-.*arm64/, "arm64"),
  judge("amzn2-ami-hvm", "Amazon Linux", /^amzn2-ami-hvm/),
  judge("amzn2 kernel 5.10 x86_64", "Amazon Linux", /^amzn2-ami-kernel-5\.10/, "x86_64"),
  judge("nat", "Amazon Linux", /^amzn-ami-vpc-nat/),
  judge("vpc-nat", "Amazon Linux", /^amzn-ami-vpc-nat/),
  judge("windows", "Amazon", /^Windows_Server-\d+-English-Full-Base/),
  judge("windows 2022", "Amazon", /^Windows_Server-2022-English-Full-Base/),
  judge("windows 2019", "Amazon", /^Windows_Server-2019-English-Full-Base/),
  judge("windows server 2022 english full base", "Amazon", /^Windows_Server-2022-English-Full-Base/),
  judge("windows 2019 sql", "Amazon", /^Windows_Server-2019-.*SQL/),
  judge("windows core 2022", "Amazon", /^Windows_Server-2022-English-Core/),
  judge("eks 1.29", "Amazon EKS", /^amazon-eks-(arm64-)?node-(al2023-\w+-standard-)?1\.29/),
  judge("amazon-eks-node-1.28", "Amazon EKS", /^amazon-eks-node-1\.28/),
  judge("eks gpu 1.29", "Amazon EKS", /eks-gpu-node-1\.29/),
  judge("ecs", "Amazon ECS", /-ecs-(kernel-5\.10-)?hvm-/),
  judge("ecs gpu", "Amazon ECS", /-ecs-gpu-/),
  judge("bottlerocket", "Bottlerocket", /^bottlerocket-aws/),
  judge("bottlerocket k8s 1.29", "Bottlerocket", /^bottlerocket-aws-k8s-1\.29/),
  judge("deep learning pytorch", "AWS Deep Learning", /^Deep Learning.*PyTorch/),
  judge("deep learning ubuntu 22.04", "AWS Deep Learning", /^Deep Learning.*Ubuntu 22\.04/),
  judge("centos", "CentOS", /^CentOS Stream/),
  judge("centos stream 9", "CentOS", /^CentOS Stream 9/),
  judge("rhel 9", "Red Hat", /^RHEL-9/),
  judge("red hat 8", "Red Hat", /^RHEL-8/),
  judge("rocky 9", "Rocky Linux", /^Rocky-9/),
  judge("rocky linux", "Rocky Linux", /^Rocky-/),
  judge("almalinux 9", "AlmaLinux", /^AlmaLinux OS 9/),
  judge("fedora", "Fedora", /^Fedora-Cloud/),
  judge("fedora 42", "Fedora", /^Fedora-Cloud.*-42-/),
  judge("freebsd 14", "FreeBSD", /^FreeBSD 14.* base /),
  judge("flatcar stable", "Flatcar", /^Flatcar-stable/),
  judge("sles 15", "SUSE", /^suse-sles-15/),
  judge("suse sles 15 sp6", "SUSE", /^suse-sles-15-sp6/),
  judge("macos", "Amazon", /^amzn-ec2-macos/),
  judge("bitnami wordpress", "Bitnami", /^bitnami-wordpress-\d/),
];
