import { execFileSync } from "node:child_process";
import { parse } from "@cdktf/hcl2json";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import type { LaunchableImage, Snippet } from "../../src/providers/launch/snippet.ts";
import { providerNames } from "../../src/providers/registry.ts";
import { launchOf } from "../../src/web/image/launch-of.ts";

/** CloudFormation's own. */
const REF = { tag: "!Ref", resolve: (name: string) => name };

const HOSTILE_ID = "ami-\u001b[201~\nreboot";

/** What a cloud's snippets need to be told: without it there are none. */
const TOLD: Readonly<Record<string, Partial<LaunchableImage>>> = {
  libvirt: { extra: { path: "/p\u202e,'; reboot", format: "qcow2\n" } },
  proxmox: { extra: { volid: "local:iso/a\u202e'; reboot", content: "iso" } },
  simplestreams: { extra: { fingerprint: HOSTILE_ID } },
  vsphere: { extra: { library_name: "l\u202e'; reboot", type: "ovf" } },
};

describe("what is copied", () => {
  test.each(providerNames())(
    "from %s holds nothing that a shell or a file would take for more than text",
    (provider) => {
      const hostile = image({
        id: HOSTILE_ID,
        name: "n\u202e'; reboot ${x}",
        ownerId: "o\u009b",
        region: "eu-west-1\n",
        familyPattern: "n\u202e*",
        apiurl: "https://registry.test",
        ...TOLD[provider],
      });
      const { snippets, console } = launchOf(provider, hostile);

      expect(snippets.length).toBeGreaterThan(0);
      for (const { text } of snippets) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      for (const { text } of snippets.slice(0, 1)) expect(text).not.toContain("\n");
      expect(console).toBeUndefined();
    },
  );

  test.each(providerNames())("from %s is what a shell, YAML, JSON and HCL can read", async (provider) => {
    const about = { name: 'it\'s "${x}"', ownerId: "o", region: "eu-west-1", familyPattern: "x-*", ...TOLD[provider] };
    const { snippets } = launchOf(provider, image(about));

    const faults = await Promise.all(snippets.map(async (snippet) => [snippet.title, await faultsOf(snippet)]));
    expect(faults.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  test.each<[string, Partial<LaunchableImage>, string]>([
    ["cloudstack", { id: "t-1" }, "cmk deploy virtualmachine name=NAME templateid=t-1"],
    [
      "libvirt",
      { extra: { path: "/v/a.qcow2", format: "qcow2" } },
      "size=20,backing_store=/v/a.qcow2,backing_format=qcow2",
    ],
    ["libvirt", { name: "a.iso", extra: { path: "/v/a.iso" } }, "--disk size=20 --cdrom /v/a.iso"],
    ["proxmox", { id: "qemu/9000" }, "qm clone 9000 VMID --name NAME"],
    ["proxmox", { id: "lxc/105" }, "pct clone 105 VMID --hostname NAME"],
    [
      "proxmox",
      { extra: { volid: "local:vztmpl/d.tar.zst", content: "vztmpl" } },
      "pct create VMID local:vztmpl/d.tar.zst",
    ],
    ["proxmox", { extra: { volid: "s:import/d.qcow2", content: "import" } }, "STORAGE:0,import-from=s:import/d.qcow2"],
    [
      "vsphere",
      { name: "t", extra: { library_name: "my lib", type: "vm-template" } },
      "govc library.deploy '/my lib/t' NAME",
    ],
    [
      "simplestreams",
      { id: "f0", apiurl: "https://i.test", extra: { fingerprint: "f0" } },
      "incus launch stream:f0 NAME",
    ],
    ["simplestreams", { id: "ami-0a", extra: { region: "eu-west-1" } }, "--region eu-west-1 --image-id ami-0a"],
  ])("from %s starts %j", (provider, fields, expected) => {
    expect(command(provider, fields)).toContain(expected);
  });

  test.each([
    [
      "099720109477",
      "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260101",
      "ubuntu/server/22.04/stable/current/arm64/hvm/ebs-gp2/ami-id",
    ],
    [
      "099720109477",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260101.1",
      "24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    ],
    ["137112412989", "al2023-ami-minimal-2023.4.20260101.0-kernel-6.1-arm64", "/al2023-ami-minimal-kernel-6.1-arm64"],
    ["137112412989", "amzn2-ami-kernel-5.10-hvm-2.0.20260101.0-x86_64-gp2", "/amzn2-ami-kernel-5.10-hvm-x86_64-gp2"],
    ["801119661308", "Windows_Server-2022-English-Full-Base-2026.01.10", "/Windows_Server-2022-English-Full-Base"],
    ["136693071363", "debian-12-amd64-20260101-1999", "/aws/service/debian/release/12/latest/amd64"],
  ])("asks Systems Manager for the newest of %s's %s", (ownerId, name, expected) => {
    const parameterOf = (fields: Partial<LaunchableImage>): string | undefined =>
      launchOf("ec2", image(fields)).snippets.find(({ title }) => title.includes("SSM"))?.text;
    expect(parameterOf({ ownerId, name })).toContain(expected);
    expect(parameterOf({ ownerId: "1", name })).toBeUndefined();
    expect(parameterOf({ ownerId, name: `${name}-mine` })).toBeUndefined();
  });

  test("stays one word of a shell, whatever the cloud calls its image", () => {
    expect(command("openstack", { id: "a'; reboot" })).toBe(
      "openstack server create --image 'a'\\''; reboot' --flavor FLAVOR NAME",
    );
  });

  test.each<[string, Partial<LaunchableImage>, string]>([
    ["x86_64", { architecture: "x86_64" }, "t3.micro"],
    ["arm64", { architecture: "arm64" }, "t4g.micro"],
    ["32-bit", { architecture: "x86" }, "t2.micro"],
    ["Intel Mac", { architecture: "x86_64_mac" }, "mac1.metal --placement Tenancy=host"],
    ["ARM Mac", { architecture: "arm64_mac" }, "mac2.metal --placement Tenancy=host"],
    ["paravirtual", { architecture: "x86_64", extra: { virtualization_type: "paravirtual" } }, "m3.medium"],
    ["driverless", { architecture: "x86_64", extra: { ena_support: "false" } }, "t2.micro"],
  ])("starts %s images on a machine that runs them", (_, fields, expected) => {
    expect(command("ec2", fields)).toBe(`aws ec2 run-instances --image-id ami-1 --instance-type ${expected}`);
  });

  test("names the machines of ARM in other clouds, too", () => {
    const arm = { architecture: "arm64", ownerId: "p", name: "n" };
    expect(command("gce", arm)).toContain("--machine-type=t2a-standard-1");
    expect(command("azure", arm)).toContain("Standard_B2pts_v2");
    expect(command("hetzner", arm)).toContain("--type cax11");
  });

  test("asks AWS for the image by its owner and exact name, deprecated or not, with what stands for more escaped", () => {
    const text = terraform(image({ name: "x-*-?-${a}", ownerId: "1", isDeprecated: true }));
    expect(text).toContain(String.raw`values = ["x-\\*-\\?-$${"${a}"}"]`);
    expect(text).toContain('owners             = ["1"]');
    expect(text).toContain("include_deprecated = true");
    expect(terraform(image({ name: "x", ownerId: "1" }))).not.toContain("include_deprecated");
  });

  test("asks by id for what has no name, and for the newest of a family only where its pattern is known to be its own", () => {
    expect(terraform(image({ name: "ami-1" }))).toContain('name   = "image-id"\n    values = ["ami-1"]');
    const titles = (fields: Partial<LaunchableImage>): string[] =>
      launchOf("ec2", image(fields)).snippets.map(({ title }) => title);
    expect(titles({ familyPattern: null })).not.toContain("Terraform, newest build");
    expect(titles({ familyPattern: "x-*" })).toContain("Terraform, newest build");
  });

  test.each<[string, Partial<LaunchableImage>, string | undefined]>([
    [
      "azure",
      { id: "Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:22.04.202405140" },
      "https://portal.azure.com/#create/Canonical.0001-com-ubuntu-server-jammy22_04-lts-gen2",
    ],
    [
      "azure",
      { id: "/subscriptions/1-2/resourceGroups/g/providers/Microsoft.Compute/images/web" },
      "https://portal.azure.com/#@/resource/subscriptions/1-2/resourceGroups/g/providers/Microsoft.Compute/images/web/overview",
    ],
    ["azure", { id: "a:b:c:1", apiurl: "https://management.test" }, undefined],
    ["azure", { id: "a b:c:d:1" }, undefined],
    [
      "oracle",
      { id: "ocid1.image.oc1.iad.abc", region: "us-ashburn-1" },
      "https://cloud.oracle.com/compute/images/ocid1.image.oc1.iad.abc?region=us-ashburn-1",
    ],
    ["oracle", { id: "ocid1.image.oc2.us-langley-1.abc", region: "us-langley-1" }, undefined],
  ])("of %s leads to the console: %j", (provider, about, expected) => {
    expect(launchOf(provider, image(about)).console).toBe(expected);
  });

  test("leads to the console of the region's partition, and to none of a cloud that is not Amazon's", () => {
    const at = (region: string, apiurl: string | null = null): string | undefined =>
      launchOf("ec2", image({ region, apiurl })).console;
    expect(at("eu-west-1")).toBe("https://console.aws.amazon.com/ec2/home?region=eu-west-1#LaunchInstances:ami=ami-1");
    expect(at("cn-north-1")).toContain("console.amazonaws.cn");
    expect(at("eu-west-1", "https://ec2.example")).toBeUndefined();
  });
});

/** What the parser of its language has against a snippet. */
async function faultsOf({ title, text }: Snippet): Promise<readonly unknown[]> {
  if (!/command line|^Terraform|^Packer/.test(title)) return parseDocument(text, { customTags: [REF] }).errors;
  try {
    if (title.includes("command line")) execFileSync("bash", ["-n", "-c", text], { stdio: "pipe" });
    else await parse("main.tf", text);
    return [];
  } catch (error) {
    return [error];
  }
}

function command(provider: string, fields: Partial<LaunchableImage>): string | undefined {
  return launchOf(provider, image(fields)).snippets[0]?.text;
}

function terraform(about: LaunchableImage): string | undefined {
  return launchOf("ec2", about).snippets.find(({ title }) => title === "Terraform data source")?.text;
}

function image(fields: Partial<LaunchableImage>): LaunchableImage {
  const unknown = { architecture: null, ownerId: null, os: null, region: null, apiurl: null, familyPattern: null };
  return { id: "ami-1", name: "ami-1", ...unknown, isDeprecated: false, extra: {}, ...fields };
}
