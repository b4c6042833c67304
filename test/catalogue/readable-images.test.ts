import { expect, test } from "vitest";
import type { JsonValue } from "../../src/image.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "./seed.ts";

test("readable_images says where an image is listed, whose it is, and how large its disk is", async () => {
  using catalogue = openTemporaryCatalogue();
  const source = [{ key: "ec2 eu-west-1 public", scope: "public" as const }];
  const ireland = await seedBackend(catalogue, "ireland", source, "ec2", "eu-west-1", "2026-01-01T00:00:00.000Z");
  await seedBackend(catalogue, "audit", source);
  const lab = await seedBackend(catalogue, "lab", undefined, "openstack", "RegionOne");
  const ebs = (size: number): JsonValue => ({ device_name: "/dev/sda1", ebs: { volume_size: size } });
  const jammy = { name: "ubuntu-jammy", ownerId: "099720109477", createdAt: "2026-01-01T00:00:00.000Z" };
  commitImages(catalogue, ireland, [
    image("ami-1", { ...jammy, extra: { block_device_mapping: [ebs(8), ebs(20)] } }),
    image("ami-2", { ...jammy, extra: {} }),
  ]);
  commitImages(catalogue, ireland, [image("ami-1", { ...jammy, extra: { block_device_mapping: [ebs(8), ebs(20)] } })]);
  commitImages(catalogue, lab, [image("x-1", { extra: { minDisk: 5 } }), image("x-2", { extra: { minDisk: 0 } })]);

  const rows = catalogue.sqlite
    .prepare(
      "SELECT image_id, provider, region, backend, publisher, is_newest, disk_gb FROM readable_images ORDER BY image_id",
    )
    .raw()
    .all();

  expect(rows).toEqual([
    ["ami-1", "ec2", "eu-west-1", "audit,ireland", "Canonical", 1, 28],
    ["ami-2", "ec2", "eu-west-1", "audit,ireland", "Canonical", 0, null],
    ["x-1", "openstack", "RegionOne", "lab", null, expect.any(Number), 5],
    ["x-2", "openstack", "RegionOne", "lab", null, expect.any(Number), null],
  ]);
});
