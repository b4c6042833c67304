import { expect, test } from "vitest";
import { furtherTexts } from "../../src/catalogue/facts/further-texts.ts";
import type { MachineImage } from "../../src/image.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { image } from "./seed.ts";

test("finds on EC2 both platforms, each snapshot and a location that is more than owner and name", () => {
  const texts = (fields: Partial<Ec2Image>): string[] => {
    const [read] = readImages([{ ImageId: "ami-1", Name: "web", Public: true, ...fields }], "public").images;
    return furtherTexts(read ?? image("none"), "ec2");
  };
  const disks = ["snap-1", "snap-2"].map((SnapshotId) => ({ DeviceName: "/dev/sda", Ebs: { SnapshotId } }));

  expect(texts({ Platform: "windows", PlatformDetails: "Windows with SQL Server Web" })).toEqual([
    "Windows with SQL Server Web",
  ]);
  expect(texts({ BlockDeviceMappings: disks, Tags: [{ Key: "a", Value: "tagged" }] })).toEqual([
    "tagged",
    "snap-1",
    "snap-2",
  ]);
  expect(texts({ ImageLocation: "my-bucket/web.manifest.xml" })).toEqual(["my-bucket/web.manifest.xml"]);
  expect(texts({ ImageLocation: "123456789012/web" })).toEqual([]);
});

test.each<[string, MachineImage["extra"], string[]]>([
  ["openstack", { disk_format: "qcow2", os_type: "linux" }, ["linux", "qcow2"]],
  [
    "gce",
    { sourceDisk: "https://gce/projects/p/zones/z/disks/golden", rawDisk: { containerType: "TAR" } },
    ["TAR", "https://gce/projects/p/zones/z/disks/golden"],
  ],
  [
    "alibaba",
    { disk_device_mappings: [{ snapshot_id: "s-1", format: "vhd" }, { snapshot_id: "s-2" }] },
    ["s-1", "s-2", "vhd"],
  ],
  ["scaleway", { root_volume: { id: "6c2f" } }, ["6c2f"]],
  ["ibm", { operating_system: { display_name: "Debian GNU/Linux 12 (amd64)" } }, ["Debian GNU/Linux 12 (amd64)"]],
  ["hetzner", { os_version: 24.04 }, ["24.04"]],
  ["ec2", { platform_details: { odd: true }, block_device_mapping: "none" }, []],
  ["nowhere", { platform_details: "x" }, []],
])("finds on %s what is in %o", (provider, extra, texts) => {
  expect(furtherTexts(image("1", { extra }), provider)).toEqual(texts);
});

test("takes no more of them, nor longer ones, than an index can bear, and the same when asked again", () => {
  const many = Array.from({ length: 500 }, (_, at) => ({ ebs: { snapshot_id: `snap-${at}` } }));
  const of = image("1", { extra: { platform_details: "x".repeat(5_000), block_device_mapping: many } });

  const texts = furtherTexts(of, "ec2");

  expect(texts).toHaveLength(200);
  expect(texts[0]).toHaveLength(1_024);
  expect(furtherTexts({ ...of, keywords: texts }, "ec2")).toEqual(texts);
});
