import { describe, expect, test } from "vitest";
import type { LaunchableImage } from "../../src/providers/launch/snippet.ts";
import { providerNames } from "../../src/providers/registry.ts";
import { launchOf } from "../../src/web/image/launch-of.ts";

/** Clouds whose images are files or templates of a place: how one starts from them is that place's affair. */
const WITHOUT = ["cloudstack", "libvirt", "proxmox", "simplestreams", "vsphere"];

describe("what is copied", () => {
  test.each(providerNames())(
    "from %s holds nothing that a shell or a file would take for more than text",
    (provider) => {
      const hostile = image({
        id: "ami\u001b[201~\nreboot",
        name: "n\u202e'; reboot ${x}",
        ownerId: "o\u009b",
        region: "eu-west-1\n",
        familyPattern: "n\u202e*",
        apiurl: "https://registry.test",
      });
      const { snippets, console } = launchOf(provider, hostile);

      expect(snippets.length === 0).toBe(WITHOUT.includes(provider));
      for (const { text } of snippets) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      for (const { text } of snippets.slice(0, 1)) expect(text).not.toContain("\n");
      expect(console).toBeUndefined();
    },
  );

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

  test("leads to the console of the region's partition, and to none of a cloud that is not Amazon's", () => {
    const at = (region: string, apiurl: string | null = null): string | undefined =>
      launchOf("ec2", image({ region, apiurl })).console;
    expect(at("eu-west-1")).toBe("https://console.aws.amazon.com/ec2/home?region=eu-west-1#LaunchInstances:ami=ami-1");
    expect(at("cn-north-1")).toContain("console.amazonaws.cn");
    expect(at("eu-west-1", "https://ec2.example")).toBeUndefined();
  });
});

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
