/*
 * Where clouds serve what a machine should know of itself, credentials among it. Beside these, all link-local addresses
 * are refused: 169.254.0.0/16 (nearly every cloud's 169.254.169.254, Tencent's 169.254.0.23, Scaleway's 169.254.42.42,
 * Amazon ECS's 169.254.170.2) and fe80::/10 (OpenStack's fe80::a9fe:a9fe).
 */

/** In CIDR notation. */
export const METADATA_NETS: readonly string[] = [
  // Amazon EC2, EKS: docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
  "fd00:ec2::/32",
  // Google: cloud.google.com/compute/docs/metadata/querying-metadata
  "fd20:ce::254/128",
  // Alibaba: alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
  "100.100.100.200/32",
  // Azure's WireServer: learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  "168.63.129.16/32",
  // Oracle: docs.oracle.com/iaas/Content/Compute/Tasks/gettingmetadata.htm, and what its Classic had
  "fd00:c1::a9fe:a9fe/128",
  "192.0.0.192/32",
  // Akamai Linode: techdocs.akamai.com/cloud-computing/docs/metadata-service-api
  "fd00:a9fe:a9fe::/48",
  // Scaleway: scaleway.com/en/docs/instances/how-to/use-cloud-init
  "fd00:42::42/128",
  // Equinix Metal, by its public address
  "192.80.8.124/32",
];

/** Names of such services; whatever else leads there is found out by its address. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  "instance-data",
  "instance-data.ec2.internal",
  "metadata",
  "metadata.goog",
  "metadata.google.internal",
  "metadata.azure.internal",
  "metadata.tencentyun.com",
  "metadata.platformequinix.com",
  "metadata.packet.net",
  "api.metadata.cloud.ibm.com",
]);
