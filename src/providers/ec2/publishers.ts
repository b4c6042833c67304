import type { Publisher } from "../publisher.ts";

const CLOUDPODS = "https://github.com/yunionio/cloudpods/blob/master/pkg/multicloud/aws/imageowners.go";
const EKS_AMI_FINDER = "https://github.com/guessi/eks-ami-finder/blob/main/pkg/constants/constants.go";
const KITCHEN_EC2 = "https://github.com/test-kitchen/kitchen-ec2/tree/main/lib/kitchen/driver/aws/standard_platform";
const DEBIAN_CLOUD = "https://wiki.debian.org/Cloud/AmazonEC2Image";
const FEDORA_COREOS = "https://docs.fedoraproject.org/en-US/fedora-coreos/provisioning-aws/";
const RUBRIK = "https://github.com/rubrikinc/terraform-aws-rubrik-cloud-cluster/blob/main/README.md";
const PIGSTY = "https://github.com/pgsty/pigsty/tree/main/terraform";
const SAFESCALE =
  "https://github.com/CS-SI/SafeScale/blob/bfdaf762fe7c70a3a1440504ef886bba2d6e0f6b/lib/server/iaas/stacks/aws/compute.go";
const KOPS = "https://github.com/kubernetes/kops/blob/master/docs/operations/images.md";
const SPEL = "https://github.com/plus3it/spel/blob/master/spel/minimal-linux.pkr.hcl";
const EC2_WINDOWS = "https://docs.aws.amazon.com/ec2/latest/windows-ami-reference/windows-ami-version-history.html";
const SHARED_AMIS = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html";
const UBUNTU = "https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/";

/**
 * Amazon publishes from other accounts where a region must be opted in to. EC2 gives the alias `amazon` to its accounts and to
 * those of verified providers alone, who do not name their images so.
 */
const OF_AMAZON: readonly {
  readonly name: string;
  readonly namePrefixes: readonly string[];
  readonly variant?: string;
}[] = [
  {
    name: "Amazon ECS",
    namePrefixes: ["al2023-ami-ecs-", "al2022-ami-ecs-", "amzn2-ami-ecs-"],
    variant: "ecs",
  },
  { name: "Amazon Linux", namePrefixes: ["al2023-ami-", "al2022-ami-", "amzn2-ami-", "amzn-ami-"] },
  { name: "Amazon EKS", namePrefixes: ["amazon-eks-"], variant: "eks" },
  { name: "Bottlerocket", namePrefixes: ["bottlerocket-"] },
  { name: "AWS Elastic Beanstalk", namePrefixes: ["aws-elasticbeanstalk-"], variant: "elasticbeanstalk" },
  { name: "AWS Deep Learning", namePrefixes: ["deep learning "], variant: "learning" },
  { name: "AWS ParallelCluster", namePrefixes: ["aws-parallelcluster-"], variant: "parallelcluster" },
];

/** An account may stand in several entries; the first that fits an image counts. */
export const EC2_PUBLISHERS: readonly Publisher[] = [
  // Amazon. Images of its other accounts say so by their owner alias.
  { name: "Amazon Linux", trust: "official", source: KOPS, accounts: ["137112412989"] },
  {
    name: "Amazon Linux",
    trust: "official",
    source: "https://github.com/awslabs/amazon-eks-ami/blob/main/Makefile",
    accounts: ["045324592363", "141808717104"],
  },
  // The accounts have SQL Server on Amazon Linux and Ubuntu too: a name with "Windows" would find those.
  { name: "Amazon", trust: "official", source: CLOUDPODS, accounts: ["801119661308", "016951021795"] },
  { name: "Amazon", trust: "official", source: EC2_WINDOWS, accounts: ["077303321853"] },
  {
    name: "Amazon EKS",
    trust: "official",
    source: EKS_AMI_FINDER,
    // prettier-ignore
    accounts: [
      "602401143452", "877085696533", "800184023465", "533267051163", "900889452093", "296578399912", "491585149902",
      "151610086707", "333609536671", "121268973566", "761377655185", "918309763551", "961992271922", "900612956339",
      "590381155156", "455263428931", "066635153087", "759879836304", "730335286997", "558608220178", "151742754352",
      "013241004608", "725322719131", "187977181151",
    ],
    variant: "eks",
  },
  // Windows Server for EKS.
  {
    name: "Amazon EKS",
    trust: "official",
    source: EKS_AMI_FINDER,
    // prettier-ignore
    accounts: [
      "597400817333", "907716943349", "891376989287", "517802777641", "918716859121", "834741791908", "750252652416",
      "063495277261", "954049747103", "687402702948", "086269339428", "591620260053", "250259214768", "550366911139",
      "730335552224", "151453898909", "492533705213", "436023608783", "438848857437", "999352223265", "108439994008",
      "142676981321", "340946277815", "992500858046", "402743460324", "111789216327", "225872793654", "836514005396",
      "522606368197", "517341481761", "931106322324", "980913465755", "957547624766", "205223424851", "247341962726",
      "137057727718", "055183720277", "055189784373",
    ],
    variant: "eks",
  },
  {
    name: "Bottlerocket",
    trust: "official",
    source: EKS_AMI_FINDER,
    // prettier-ignore
    accounts: [
      "092701018921", "419346874475", "724952271658", "651937483462", "372293620468", "372333677703", "291523557710",
      "040063162771", "992382384230", "593245189075", "630172235254", "429266927828", "449901457613", "713232077714",
      "406264879685", "823100568288", "888108400464", "445448481902", "191778180997", "933873600184", "058264547253",
      "229026816814", "458152013874", "183365920950", "183890449532", "149721548608", "799456934533", "432623269467",
      "754205708698", "082494185113", "503807174151", "941016683700", "296779064547", "346625278781", "789853572315",
      "340903185543", "481050282565", "044060155884",
    ],
  },
  {
    name: "Amazon ECS",
    trust: "official",
    source: "https://github.com/hashicorp/vault/blob/main/enos/modules/ec2_info/main.tf",
    accounts: ["591542846629"],
    variant: "ecs",
  },
  {
    name: "AWS ParallelCluster",
    trust: "official",
    source: "https://github.com/aws/aws-parallelcluster/blob/develop/util/generate-ami-list.py",
    accounts: ["247102896272"],
    variant: "parallelcluster",
  },
  {
    name: "AWS Deep Learning",
    trust: "official",
    source: "https://github.com/CRBS/cdeep3m/wiki/Finding-Deep-Learning-AMI",
    accounts: ["898082745236"],
    variant: "learning",
  },
  ...OF_AMAZON.map(({ name, namePrefixes, variant }) => ({
    name,
    trust: "official" as const,
    source: SHARED_AMIS,
    accounts: [],
    alias: "amazon",
    namePrefixes,
    ...(variant && { variant }),
  })),
  { name: "AWS Marketplace", trust: "verified", source: UBUNTU, accounts: ["679593333241"] },
  { name: "AWS Marketplace", trust: "verified", source: RUBRIK, accounts: ["345084742485"] },
  { name: "AWS Marketplace", trust: "verified", source: PIGSTY, accounts: ["336777782633"] },

  // Makers of operating systems.
  {
    name: "Canonical",
    trust: "official",
    source: UBUNTU,
    accounts: ["099720109477", "513442679011", "837727238323"],
  },
  { name: "Debian", trust: "official", source: KITCHEN_EC2, accounts: ["136693071363", "379101102735"] },
  { name: "Debian", trust: "official", source: CLOUDPODS, accounts: ["673060587306"] },
  // The daily builds.
  { name: "Debian", trust: "official", source: DEBIAN_CLOUD, accounts: ["903794441882"], variant: "daily" },
  {
    name: "Red Hat",
    trust: "official",
    source: "https://access.redhat.com/solutions/15356",
    accounts: ["309956199498", "219670896067"],
  },
  { name: "Red Hat", trust: "official", source: CLOUDPODS, accounts: ["841258680906"] },
  { name: "CentOS", namePrefixes: ["centos"], trust: "official", source: KOPS, accounts: ["125523088429"] },
  {
    name: "Fedora CoreOS",
    namePrefixes: ["fedora-coreos-"],
    trust: "official",
    source: FEDORA_COREOS,
    accounts: ["125523088429"],
  },
  { name: "Fedora", trust: "official", source: KITCHEN_EC2, accounts: ["125523088429"] },
  { name: "CentOS", trust: "official", source: CLOUDPODS, accounts: ["410186602215", "718707510307"] },
  { name: "SUSE", trust: "official", source: CLOUDPODS, accounts: ["013907871322", "841869936221"] },
  {
    name: "openSUSE",
    trust: "official",
    source: "https://github.com/susestudio/susestudio-ec2/blob/master/README.md",
    accounts: ["056126556840"],
  },
  { name: "Rocky Linux", trust: "official", source: KITCHEN_EC2, accounts: ["792107900819"] },
  { name: "AlmaLinux", trust: "official", source: KITCHEN_EC2, accounts: ["764336703387"] },
  { name: "Oracle Linux", trust: "official", source: SPEL, accounts: ["131827586825"] },
  { name: "FreeBSD", trust: "official", source: KITCHEN_EC2, accounts: ["782442783595", "118940168514"] },
  // Named by others only: Gentoo itself publishes no account.
  { name: "Gentoo", trust: "verified", source: SAFESCALE, accounts: ["902460189751", "341857463381"] },
  { name: "CoreOS", trust: "official", source: CLOUDPODS, accounts: ["595879546273", "280032941352"] },
  { name: "Flatcar", trust: "official", source: KOPS, accounts: ["075585003325"] },
  {
    name: "Talos Linux",
    trust: "official",
    source: "https://github.com/siderolabs/contrib/blob/main/examples/terraform/aws/main.tf",
    accounts: ["540036508848"],
  },
  {
    name: "NixOS",
    trust: "official",
    source: "https://nixos.org/download/#nixos-amazon",
    accounts: ["427812963091"],
  },
  {
    name: "NixOS",
    trust: "official",
    source: "https://github.com/NixOS/nixpkgs/issues/285881",
    accounts: ["080433136561"],
  },
  {
    name: "Alpine Linux",
    trust: "official",
    source: "https://gist.github.com/nmarley/e8744c74bec155798662478823a55947",
    accounts: ["538276064493"],
  },

  // Makers of applications, in images of their own.
  {
    name: "GitHub",
    trust: "official",
    source:
      "https://docs.github.com/en/enterprise-server/admin/installing-your-enterprise-server/setting-up-a-github-enterprise-server-instance/installing-github-enterprise-server-on-aws",
    accounts: ["895557238572", "025577942450"],
  },
  {
    name: "GitLab",
    trust: "official",
    source: "https://docs.gitlab.com/solutions/cloud/aws/gitlab_single_box_on_aws/",
    accounts: ["782774275127"],
  },
  {
    name: "Sourcegraph",
    trust: "official",
    source: "https://github.com/sourcegraph/docs/blob/main/docs/admin/deploy/machine-images/aws-ami.mdx",
    accounts: ["840044800169", "870751268155"],
  },

  // Known ones that build upon what others make.
  {
    name: "Bitnami",
    trust: "verified",
    source: "https://github.com/LinkedInLearning/learning-terraform-3087701/blob/main/main.tf",
    accounts: ["979382823631"],
  },
  {
    name: "Cluster API",
    trust: "verified",
    source:
      "https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/main/docs/book/src/topics/images/built-amis.md",
    accounts: ["819546954734"],
  },
  { name: "kope.io", trust: "verified", source: KOPS, accounts: ["383156758163"] },
  {
    name: "Giant Swarm",
    trust: "verified",
    source: "https://github.com/giantswarm/cluster-aws/blob/main/helm/cluster-aws/README.md",
    accounts: ["706635527432"],
  },
  { name: "SPEL", trust: "verified", source: SPEL, accounts: ["174003430611", "216406534498"] },

  // Whom EC2 itself names. `self` says nothing of who that is.
  { name: "Amazon", trust: "official", source: SHARED_AMIS, accounts: [], alias: "amazon" },
  { name: "AWS Marketplace", trust: "verified", source: SHARED_AMIS, accounts: [], alias: "aws-marketplace" },
  { name: "AWS Backup", trust: "verified", source: SHARED_AMIS, accounts: [], alias: "aws-backup-vault" },
];
