/** A project whose images are for everybody. */
export interface PublicProject {
  readonly id: string;
  /** The `ID` of the system's os-release, `windows`, or null where the project's images hold several. */
  readonly platform: string | null;
}

/**
 * Google has no list of public images: each belongs to a project that lets everybody use it. These are the projects of
 * https://cloud.google.com/compute/docs/images/os-details, those that the gcloud command lists by default, and public
 * ones of other makers, which may be closed to an account at any time. The projects of Marketplace sellers are theirs to
 * name.
 */
export const PUBLIC_PROJECTS: readonly PublicProject[] = [
  { id: "almalinux-cloud", platform: "almalinux" },
  { id: "centos-cloud", platform: "centos" },
  { id: "cos-cloud", platform: "cos" },
  { id: "debian-cloud", platform: "debian" },
  { id: "deeplearning-platform-release", platform: null },
  { id: "fedora-cloud", platform: "fedora" },
  { id: "fedora-coreos-cloud", platform: "fedora" },
  { id: "ml-images", platform: null },
  { id: "opensuse-cloud", platform: "opensuse" },
  { id: "oracle-linux-cloud", platform: "ol" },
  { id: "rhel-cloud", platform: "rhel" },
  { id: "rhel-sap-cloud", platform: "rhel" },
  { id: "rocky-linux-cloud", platform: "rocky" },
  { id: "suse-cloud", platform: "sles" },
  { id: "suse-sap-cloud", platform: "sles" },
  { id: "ubuntu-os-cloud", platform: "ubuntu" },
  { id: "ubuntu-os-pro-cloud", platform: "ubuntu" },
  { id: "windows-cloud", platform: "windows" },
  { id: "windows-sql-cloud", platform: "windows" },
  { id: "cloud-hpc-image-public", platform: null },
  { id: "confidential-space-images", platform: "cos" },
  { id: "confidential-vm-images", platform: null },
  { id: "freebsd-org-cloud-dev", platform: "freebsd" },
  { id: "gce-uefi-images", platform: null },
  { id: "suse-byos-cloud", platform: "sles" },
];
