import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DemoImage } from "../../src/demo/generate/catalogue-image.ts";
import {
  createGeneratedRegion,
  generateImages,
  type RegionOptions,
} from "../../src/demo/generate/generate-catalogue.ts";

const REGION: RegionOptions = { count: 20_000, seed: 7, region: "eu-west-1" };

describe("a generated region", () => {
  test("is the same bytes for the same options, and others for another seed or region", () => {
    const small = { ...REGION, count: 3_000, kernels: 9, accounts: [{ id: "111122223333", owned: 20, shared: 10 }] };

    const digests = [small, small, { ...small, seed: 8 }, { ...small, region: "us-east-1" }].map(digestOf);

    expect(digests[1]).toBe(digests[0]);
    expect(new Set(digests).size).toBe(3);
  });

  test("does not change unnoticed between versions of the generator", () => {
    const first = [...generateImages({ count: 40, seed: 1, region: "us-east-1" })][0];

    expect(first).toMatchInlineSnapshot(`
      {
        "Architecture": "x86_64",
        "BlockDeviceMappings": [
          {
            "DeviceName": "/dev/sda1",
            "Ebs": {
              "DeleteOnTermination": true,
              "Encrypted": false,
              "SnapshotId": "snap-051791ff94edcd26b",
              "VolumeSize": 30,
              "VolumeType": "gp2",
            },
          },
        ],
        "BootMode": "uefi-preferred",
        "CreationDate": "2024-04-10T18:22:53.000Z",
        "DeprecationTime": "2026-04-10T18:22:00.000Z",
        "Description": "Image used by our continuous integration (PostgreSQL 0.0.8)",
        "EnaSupport": true,
        "Hypervisor": "xen",
        "ImageId": "ami-03da802c0afc7d3c2",
        "ImageLocation": "586401054295/ami-03da802c0afc7d3c2",
        "ImageType": "machine",
        "OwnerId": "586401054295",
        "Platform": "windows",
        "PlatformDetails": "Windows",
        "Public": true,
        "RootDeviceName": "/dev/sda1",
        "RootDeviceType": "ebs",
        "SourceImageId": "ami-0e318bed6862b8987",
        "SourceImageRegion": "us-east-1",
        "SriovNetSupport": "simple",
        "State": "available",
        "UsageOperation": "RunInstances:0002",
        "VirtualizationType": "hvm",
      }
    `);
  });

  test("gives every position the same image, in whatever order it is asked", () => {
    const region = createGeneratedRegion(REGION);
    const forwards = [17, 4_000, 19_999].map((position) => region.entryAt(position));

    const backwards = [19_999, 4_000, 17].map((position) => region.entryAt(position)).toReversed();

    expect(backwards).toEqual(forwards);
    expect(() => region.entryAt(20_000)).toThrow(/no image 20000 among 20000/);
  });

  test("has unique ids, and finds each image's position by its id", () => {
    const region = createGeneratedRegion({ ...REGION, kernels: 30 });
    const ids = Array.from({ length: region.size }, (_, position) => region.entryAt(position).image.ImageId);

    const positions = ids.map((id) => region.positionOf(id));

    expect(new Set(ids).size).toBe(20_030);
    expect(positions).toEqual(ids.map((_, position) => position));
    expect(["ami-0123456789abcdef0", "ami-12345678", "i-123", ""].map(region.positionOf)).toEqual(
      Array(4).fill(undefined),
    );
  });

  test("can be read from the middle of two million without what is before", () => {
    const region = createGeneratedRegion({ ...REGION, count: 2_000_000 });

    const ids = [0, 999_999, 1_999_999].map((position) => region.entryAt(position).image.ImageId);

    expect(ids.map(region.positionOf)).toEqual([0, 999_999, 1_999_999]);
  });

  test("is empty, or tiny, when asked to be", () => {
    const counts = [0, 1, 7, 100].map((count) => [...generateImages({ ...REGION, count })].length);

    expect(counts).toEqual([0, 1, 7, 100]);
  });
});

describe("a region of 20,000", () => {
  const images = [...generateImages(REGION)];

  test("has the publishers' shares of a real region", () => {
    const region = createGeneratedRegion(REGION);
    const kinds = Map.groupBy(images.keys(), (position) => region.kindAt(position));

    const shares = Object.fromEntries([...kinds].map(([kind, positions]) => [kind, positions.length / images.length]));

    expect(shares).toEqual({
      bitnami: 0.13,
      stemcell: 0.09,
      marketplace: 0.09,
      canonical: 0.09,
      amazon: 0.08,
      distribution: 0.04,
      community: 0.48,
    });
  });

  test("has the gaps of a real region", () => {
    expect(share(({ Name }) => Name === undefined)).toBeCloseTo(0.03, 2);
    expectWithin(
      share(({ Description }) => Description === undefined),
      0.3,
      0.36,
    );
    expectWithin(
      share(({ Description }) => Description === ""),
      0.01,
      0.05,
    );
    expectWithin(
      share(({ CreationDate }) => CreationDate === ""),
      0.0001,
      0.01,
    );
  });

  test("has records of the usual size and names of 3 to 128 ASCII characters", () => {
    const bytes = images.reduce((sum, image) => sum + Buffer.byteLength(JSON.stringify(image)), 0);
    const odd = images.filter(({ Name }) => Name !== undefined && !/^[\x20-\x7e]{3,128}$/.test(Name));

    expectWithin(bytes / images.length, 800, 1000);
    expect(odd).toEqual([]);
  });

  test("has old and new forms: short ids, paravirtual, instance store, all architectures, many devices", () => {
    const architectures = new Set(images.map(({ Architecture }) => Architecture));
    const devices = images.map(({ BlockDeviceMappings = [] }) => BlockDeviceMappings.length);

    expectWithin(
      share(({ ImageId }) => ImageId.length === 12),
      0.1,
      0.3,
    );
    expectWithin(
      share(({ VirtualizationType }) => VirtualizationType === "paravirtual"),
      0.01,
      0.06,
    );
    expectWithin(
      share(({ RootDeviceType }) => RootDeviceType === "instance-store"),
      0.005,
      0.03,
    );
    expect(architectures).toEqual(new Set(["x86_64", "arm64", "i386", "x86_64_mac", "arm64_mac"]));
    expect(Math.max(...devices)).toBe(27);
    expectWithin(
      share(({ DeprecationTime = "9" }) => DeprecationTime < "2026-09"),
      0.15,
      0.4,
    );
  });

  test("has tens of thousands of owners to a region of 200,000, most of them with one image", () => {
    const owners = Map.groupBy(images, ({ OwnerId }) => OwnerId);
    const single = [...owners.values()].filter((own) => own.length === 1);

    expectWithin(owners.size, 4_000, 6_000);
    expect(single.length / owners.size).toBeGreaterThan(0.7);
    expect(owners.get("099720109477")?.length).toBe(1_800);
  });

  test("has look-alikes of publishers' images, and a name twice at one owner", () => {
    const copies = images.filter(({ Description }) => Description?.startsWith("[Copied ami-"));
    const lookAlikes = images.filter(
      ({ Name, OwnerId }) => Name?.startsWith("ubuntu/images/") && OwnerId !== "099720109477",
    );
    const named = new Set(images.map(({ OwnerId, Name, ImageId }) => `${OwnerId} ${Name ?? ImageId}`));

    expect(copies.every(({ SourceImageId, Description }) => Description?.includes(SourceImageId ?? "?"))).toBe(true);
    expect(lookAlikes.length).toBeGreaterThan(20);
    expect(images.length - named.size).toBeGreaterThan(5);
  });

  test("has dated builds of publishers under names of their own, none later than now", () => {
    const canonical = images.filter(({ OwnerId }) => OwnerId === "099720109477");
    const names = new Set(canonical.map(({ Name }) => Name));
    const families = Map.groupBy(canonical, ({ Name = "" }) => Name.replace(/-\d{8}(\.\d+)?$/, ""));

    expect(names.size).toBe(canonical.length);
    expect(canonical.length / families.size).toBeGreaterThan(15);
    expect(images.filter(({ CreationDate = "" }) => CreationDate > "2026-09-01T00:00:00.000Z")).toEqual([]);
  });

  function share(has: (image: DemoImage) => boolean): number {
    return images.filter(has).length / images.length;
  }
});

describe("a region on a later day", () => {
  const at = (today?: string, count = 8_000): DemoImage[] => [...generateImages({ ...REGION, count, seed: 1, today })];
  const then = at();
  const days = ["2026-11-28", new Date().toISOString().slice(0, 10), "2027-11-28", "2029-11-28"];

  test.each(days)("on %s has the same images but for when the newest builds are deprecated", (day) => {
    const now = at(day);
    const changed = now.filter((image, i) => image.DeprecationTime !== then[i]?.DeprecationTime);

    expect(now.map(withoutDeprecation)).toEqual(then.map(withoutDeprecation));
    expect(changed.every(({ DeprecationTime = "" }) => DeprecationTime > day)).toBe(true);
    expect(changed.length).toBeLessThan(now.length / 10);
    expect(at(day)).toEqual(now);
  });

  test.each(days)("on %s has a live build of each living family", (day) => {
    const images = at(day, 50_000);
    const live = new Set(
      images.filter(({ DeprecationTime = "9" }) => DeprecationTime > day).map(({ ImageId }) => ImageId),
    );
    const newest = (name: RegExp): string | undefined =>
      images
        .filter((each) => !(each.OwnerId ?? "").startsWith("5") && name.test(each.Name ?? ""))
        .toSorted((a, b) => (a.CreationDate ?? "").localeCompare(b.CreationDate ?? ""))
        .at(-1)?.ImageId;
    const families = [
      /^al2023-ami-2023.*6\.1-x86_64$/,
      /^al2023-ami-2023.*6\.12-arm64$/,
      /^al2023-ami-minimal-2023.*6\.12-x86_64$/,
      /^amzn2-ami-hvm-2\.0.*x86_64-gp2$/,
      /^Windows_Server-2022-English-Full-Base-/,
      /^Fedora-Cloud-Base-AmazonEC2\.x86_64-43-/,
      /^Fedora-Cloud-Base-AmazonEC2\.aarch64-43-/,
      /^ubuntu\/images\/hvm-ssd\/ubuntu-jammy-22\.04-amd64-server-/,
      /^ubuntu\/images\/hvm-ssd-gp3\/ubuntu-noble-24\.04-arm64-server-/,
      /^debian-13-amd64-2/,
      /^debian-12-amd64-daily-/,
      /^RHEL-10\.0\.0_HVM-.*x86_64/,
    ];

    expect(families.filter((name) => !live.has(newest(name) ?? ""))).toEqual([]);
    // Those that ended stay as old as they are.
    expect(live.has(newest(/^Fedora-Cloud-Base-AmazonEC2\.x86_64-41-/) ?? "")).toBe(false);
  });

  function withoutDeprecation(image: DemoImage): DemoImage {
    return { ...image, DeprecationTime: undefined };
  }
});

describe("an account", () => {
  const region = createGeneratedRegion({
    ...REGION,
    count: 100,
    accounts: [{ id: "111122223333", owned: 200, shared: 50 }],
  });
  const entries = Array.from({ length: 250 }, (_, i) => region.entryAt(100 + i));

  test("owns private images with tags, some of them disabled, failed, pending or public", () => {
    const own = entries.slice(0, 200).map(({ image }) => image);

    expect(own.every(({ OwnerId, Tags }) => OwnerId === "111122223333" && Tags?.length === 2)).toBe(true);
    expect(new Set(own.map(({ State }) => State))).toEqual(new Set(["available", "disabled", "failed", "pending"]));
    expect(own.some(({ Public }) => Public)).toBe(true);
    expect(own.some(({ Tags = [] }) => /[^\x20-\x7e]/.test(Tags[1]?.Value ?? ""))).toBe(true);
  });

  test("is given images of others", () => {
    const shared = entries.slice(200);

    expect(shared.every(({ sharedWith }) => sharedWith.includes("111122223333"))).toBe(true);
    expect(shared.every(({ image }) => image.OwnerId !== "111122223333" && image.Public === false)).toBe(true);
  });
});

function digestOf(options: RegionOptions): string {
  const hash = createHash("sha256");
  for (const image of generateImages(options)) hash.update(JSON.stringify(image));
  return hash.digest("hex");
}

function expectWithin(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}
