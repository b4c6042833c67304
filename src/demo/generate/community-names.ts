import type { Random } from "./random.ts";

/*
 * Names as those give them who publish one image or a few: by project, by software, by accident.
 */

const PROJECTS = (
  "acme atlas aurora basecamp beacon bioinfo blue bolt cascade catalyst chaos cobalt compass coral crypto delta demo " +
  "dragon eclipse edge ember falcon fusion galaxy genome helix hydra iris jade kepler kraken lambda lotus lunar matrix " +
  "mercury meteor nebula nimbus nova oasis onyx orbit orion osprey panda phoenix pixel polaris prism pulse quantum raven " +
  "redwood rocket saturn sierra solar spark stellar summit titan torus vector vertex vortex zephyr zenith"
).split(" ");
const COMPONENTS = (
  "api app auth backend bastion batch billing bot build cache ci cms collector crawler dashboard db devbox dns docker " +
  "elk etl frontend gateway gitlab-runner golden gpu grafana hadoop indexer ingest jenkins jumpbox k8s-node kafka lab lb " +
  "mail master media ml monitor mysql nat nginx node nfs openvpn packer portal postgres proxy queue redis render runner " +
  "scheduler search solr spark sql streaming training vault vpn web webserver wordpress worker zookeeper"
).split(" ");
const STAGES = [
  "prod",
  "dev",
  "staging",
  "test",
  "base",
  "qa",
  "v1",
  "v2",
  "v3",
  "new",
  "final",
  "old",
  "eu",
  "us",
] as const;
const SYSTEMS = [
  "Ubuntu 22.04",
  "Ubuntu 20.04",
  "ubuntu-18.04",
  "Ubuntu 16.04",
  "CentOS 7",
  "centos7",
  "CentOS 6.5",
  "Amazon Linux 2",
  "al2023",
  "Debian 11",
  "debian-stretch",
  "Windows Server 2019",
  "Windows 2016",
  "RHEL 8",
  "Rocky 9",
  "FreeBSD 13",
  "Gentoo",
  "NixOS 23.11",
  "Arch Linux",
  "Kali 2023.3",
] as const;
const SOFTWARE = (
  "CUDA PyTorch TensorFlow Docker Kubernetes OpenVPN WireGuard Galaxy GATK RStudio JupyterHub Nextflow Slurm OpenFOAM " +
  "GROMACS Minecraft Valheim OBS Unreal Blender Hyperledger Geth Bitcoin Solana Chia OpenVidu Jitsi Asterisk FreePBX " +
  "Zabbix Nagios Puppet Chef Ansible Terraform Consul Nomad Vault Elasticsearch MongoDB Cassandra Redis MySQL " +
  "PostgreSQL Oracle-XE MATLAB COMSOL Stata SAS LAMP MEAN Rails Django Laravel Node.js Spring Tomcat WebLogic Odoo " +
  "Moodle Drupal Magento WordPress Plesk cPanel Webmin Guacamole NoMachine TeamCity Bamboo Nexus Artifactory Sonar"
).split(" ");
const ACCIDENTS = [
  "test",
  "my-ami",
  "Test AMI",
  "backup",
  "image1",
  "web",
  "myimage",
  "AMI",
  "server",
  "clone",
  "ubuntu",
] as const;
const PURPOSES = [
  "Preconfigured image for the workshop",
  "Image used by our continuous integration",
  "Includes drivers and a desktop",
  "Public image of the course, see the README",
  "Created by Packer",
  "Ready to use, default user is ubuntu",
  "Built from the release branch",
  "Golden image, patched monthly",
] as const;

/** A name of 3 to 128 ASCII characters. `day` is the build's date as `20240301`. */
export function communityName(random: Random, day: string): string {
  const style = random.below(100);
  if (style < 34) return `${random.pick(PROJECTS)}-${random.pick(COMPONENTS)}-${random.pick(STAGES)}-${day}`;
  if (style < 52) return `${random.pick(PROJECTS)}_${random.pick(COMPONENTS)}_${random.below(40)}.${random.below(20)}`;
  if (style < 70) return `${random.pick(SYSTEMS)} ${random.pick(SOFTWARE)} ${random.pick(PROJECTS)}`;
  if (style < 80) return `${random.pick(SOFTWARE).toLowerCase()}-${version(random)}-${random.pick(PROJECTS)}-${day}`;
  if (style < 86)
    return `packer-${random.pick(PROJECTS)}-${random.pick(COMPONENTS)} ${1_400_000_000 + random.below(4e8)}`;
  if (style < 89) return `import-ami-0${random.hex(16)}`;
  if (style < 91) return `AwsBackup_i-0${random.hex(16)}_${random.uuid().toUpperCase()}`;
  if (style < 96) return `${random.pick(COMPONENTS)} ${random.pick(SYSTEMS)} (${random.pick(STAGES)})`;
  if (style < 98) return random.pick(ACCIDENTS);
  return longName(random);
}

/** The name of a pipeline whose builds differ by date: `falcon-gpu-prod`. */
export function pipelineName(random: Random): string {
  return `${random.pick(PROJECTS)}-${random.pick(COMPONENTS)}-${random.pick(STAGES)}`;
}

/** What an owner says of an image; undefined or empty as often as in the wild. */
export function communityDescription(random: Random, name: string): string | undefined {
  const style = random.below(100);
  if (style < 29) return undefined;
  if (style < 35) return "";
  if (style < 55) return name;
  if (style < 75) return `${random.pick(PURPOSES)} (${random.pick(SOFTWARE)} ${version(random)})`;
  return `${random.pick(SOFTWARE)} on ${random.pick(SYSTEMS)}. ${random.pick(PURPOSES)}`;
}

function version(random: Random): string {
  return `${random.below(9)}.${random.below(30)}.${random.below(12)}`;
}

function longName(random: Random): string {
  let name = random.pick(PROJECTS);
  while (name.length < 128) name += `/${random.pick(COMPONENTS)}-${random.pick(SOFTWARE)}`;
  return name.slice(0, 128);
}
